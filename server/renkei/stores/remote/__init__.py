"""An engine of others, asked over HTTP."""
