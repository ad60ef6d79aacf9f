package main

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
)

func main() {
	answer, err := http.Get("{{ answer('csv') }}")
	if err != nil || answer.StatusCode != http.StatusOK {
		panic(fmt.Sprint(answer, err))
	}
	defer answer.Body.Close()
	rows, err := csv.NewReader(answer.Body).ReadAll()
	if err != nil {
		panic(err)
	}
	csv.NewWriter(os.Stdout).WriteAll(rows)
}
