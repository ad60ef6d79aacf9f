"""HTTP itself: what a request is, what of an answer is remembered, how it is coded."""
