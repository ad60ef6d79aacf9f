package main

import (
	"fmt"

	"github.com/piprate/json-gold/ld"
)

func main() {
	options := ld.NewJsonLdOptions("")
	options.Format = "application/n-quads"
	statements, err := ld.NewJsonLdProcessor().ToRDF("{{ document('jsonld') }}", options)
	if err != nil {
		panic(err)
	}
	fmt.Print(statements)
}
