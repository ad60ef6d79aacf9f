"""Protocols: one module each."""
