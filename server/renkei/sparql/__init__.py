"""The text of a query, read without evaluating it."""
