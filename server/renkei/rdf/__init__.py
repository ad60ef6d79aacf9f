"""RDF itself: names of vocabularies, formats, and how they are written."""
