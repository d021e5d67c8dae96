// Command casetypes writes the JSON Schemas of the case document, of the saved case, and of everything that the page and
// the backend say to each other about cases. The page's TypeScript types are made from the last.
//
// It runs from the root of the repository, as go run ./tools/casetypes.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "casetypes:", err)
		os.Exit(1)
	}
}

// run writes every schema into the repository at root.
func run(root string) error {
	for _, d := range documents() {
		content, err := schemaOf(root, d)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(root, d.file), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
