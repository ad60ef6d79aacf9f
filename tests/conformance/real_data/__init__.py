"""Real publications, packed, served and read to the last subject: see `__main__`."""
