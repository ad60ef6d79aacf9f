rdfproc --quiet --storage memory mem parse '{{ document("ttl") }}' turtle
