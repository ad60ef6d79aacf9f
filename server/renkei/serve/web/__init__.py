"""What every answer shares: where it is, its headers, what is wrong, who may ask how much."""
