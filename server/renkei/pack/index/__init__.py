"""What is worked out when packing and read when serving: `index.sqlite3`, table by table."""
