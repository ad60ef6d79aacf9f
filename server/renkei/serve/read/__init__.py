"""Questions to the release that pages and protocols share: no Flask, no HTTP."""
