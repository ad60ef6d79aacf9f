ogr2ogr -f CSV /vsistdout/ 'CSV:/vsicurl/{{ answer("csv") }}' -oo AUTODETECT_TYPE=NO
