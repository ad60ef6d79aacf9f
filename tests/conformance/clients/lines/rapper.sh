rapper --quiet --input {{ format }} --output ntriples '{{ document(suffix) }}'
