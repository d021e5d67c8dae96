package report

import (
	"bytes"
	_ "embed" // the page's template
	"fmt"
	"html/template"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

//go:embed postmortem.html
var page string

// notesReader reads what people write. It leaves out raw HTML and dangerous addresses, which is the library's default.
var notesReader = goldmark.New(goldmark.WithExtensions(extension.GFM))

var pageTemplate = template.Must(template.New("post-mortem").Funcs(template.FuncMap{"notes": notes}).Parse(page))

func notes(markdown string) (template.HTML, error) {
	var out bytes.Buffer
	if err := notesReader.Convert([]byte(markdown), &out); err != nil {
		return "", fmt.Errorf("a note: %w", err)
	}
	return template.HTML(out.String()), nil // #nosec G203 -- the reader above gives no markup that was typed
}

// HTML writes the post-mortem as a page that needs nothing beside itself, on the screen and on paper.
func (p *PostMortem) HTML() ([]byte, error) {
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("writing the page: %w", err)
	}
	return out.Bytes(), nil
}
