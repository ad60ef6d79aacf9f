"""Authors' half: check a publication and turn it into a release. Never imports `serve`."""
