"""Pages for people, one module a page."""
