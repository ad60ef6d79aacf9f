"""HTTP itself: no Flask, no store."""
