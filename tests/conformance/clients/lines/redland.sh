rdfproc --quiet --new mine parse '{{ document("ttl") }}' turtle
rdfproc --quiet mine serialize ntriples
