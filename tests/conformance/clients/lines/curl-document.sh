curl --fail --silent --show-error --location --header 'Accept: application/n-triples' {{ thing }}
