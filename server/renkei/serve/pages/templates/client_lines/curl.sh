curl --fail --silent --show-error '{{ answer("csv") }}'
