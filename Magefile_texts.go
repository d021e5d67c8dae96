//go:build mage

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// textsFile holds the page's texts for those who translate them.
const textsFile = "src/locales/en-US/" + pluginID + ".json"

// writeTexts gathers the page's texts from the code. The file is made anew, since an old one would keep its own words.
func writeTexts(file string) error {
	say("gathering the page's texts into " + file)
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the old texts: %w", err)
	}
	return npm("run", "--silent", "locale", "--", "--output", file)
}

// compareTexts says whether the file of the page's texts is what the code says.
func compareTexts() error {
	const fresh = ".lab/texts.json"
	if err := writeTexts(fresh); err != nil {
		return err
	}
	want, err := os.ReadFile(fresh)
	if err != nil {
		return err
	}
	have, err := os.ReadFile(textsFile)
	if err != nil {
		return fmt.Errorf("the page's texts: %w: run `go tool mage generate`", err)
	}
	if !bytes.Equal(have, want) {
		return errors.New(textsFile + " is not what the code says: run `go tool mage generate`")
	}
	return nil
}
