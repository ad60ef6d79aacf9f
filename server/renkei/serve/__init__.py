"""Readers' half: answer from a release. Never imports `pack`."""
