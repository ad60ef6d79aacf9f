"""What became different from one release to another."""
