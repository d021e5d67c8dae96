// Command casetypes writes the JSON Schema of the case document, from which the page's TypeScript types are made.
//
// It runs from the root of the repository, as go run ./tools/casetypes.
package main

import (
	"fmt"
	"os"
)

const schemaFile = "docs/case.schema.json"

func main() {
	if err := run(schemaFile); err != nil {
		fmt.Fprintln(os.Stderr, "casetypes:", err)
		os.Exit(1)
	}
}

func run(file string) error {
	document, err := caseSchema(".")
	if err != nil {
		return err
	}
	return os.WriteFile(file, document, 0o644)
}
