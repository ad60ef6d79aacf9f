"""CSV on the Web: tables and their metadata as statements (W3C csv2rdf)."""
