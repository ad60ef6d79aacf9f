"""Sentences in the reader's language, and what is written the way people of a place write it."""
