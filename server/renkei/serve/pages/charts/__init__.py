"""Pictures, one module a picture."""
