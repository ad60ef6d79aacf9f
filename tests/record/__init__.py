"""What a server answers, kept for comparing: a tool for when the house is rebuilt."""
