// Arrows draws what imports what: the picture in docs/architecture.md is made by it, from the source, and a test fails when it is
// stale. Run it from the root of the repository.
package main

import (
	"fmt"
	"os"
	"strings"
)

const (
	document = "docs/architecture.md"
	begins   = "<!-- drawn by go run ./tools/arrows -->\n"
	ends     = "<!-- end of what is drawn -->\n"
)

func main() {
	if err := draw("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// draw writes the picture into the document.
func draw(root string) error {
	content, err := os.ReadFile(root + "/" + document)
	if err != nil {
		return fmt.Errorf("run this from the root of the repository: %w", err)
	}
	drawn, err := drawnInto(string(content), root)
	if err != nil {
		return err
	}
	if err := os.WriteFile(root+"/"+document, []byte(drawn), 0o644); err != nil {
		return fmt.Errorf("writing the picture: %w", err)
	}
	return nil
}

// drawnInto is the document with the picture of now between its two marks.
func drawnInto(content, root string) (string, error) {
	before, rest, marked := strings.Cut(content, begins)
	_, after, closed := strings.Cut(rest, ends)
	if !marked || !closed {
		return "", fmt.Errorf("%s has no place for the picture: two lines, %q and %q", document, begins, ends)
	}
	folders, err := goFolders(root)
	if err != nil {
		return "", err
	}
	pages, err := pageFolders(root)
	if err != nil {
		return "", err
	}
	return before + begins + picture(folders, pages) + ends + after, nil
}

// everywhere are the folders that any other may import; the picture leaves them out.
var everywhere = []string{"incident", "numbers", "wording", "defect", "failure", "instrument"}

// picture is a Mermaid flow chart of the arrows that no longer way says already.
func picture(folders, pages graph) string {
	var b strings.Builder
	b.WriteString("```mermaid\nflowchart LR\n  subgraph browser [Browser: src/]\n")
	lines(&b, pages.reduced(), "src_")
	b.WriteString("  end\n  subgraph backend [Data source process: pkg/]\n")
	lines(&b, folders.without(everywhere...).reduced(), "")
	b.WriteString("  end\n" +
		"  src_api -- \"events, one JSON line each\" --> resource\n" +
		"  panels[dashboards and alert rules] -- \"queries\" --> frames\n" +
		"  source -- \"HTTP\" --> stores[(Prometheus, Tempo, Loki)]\n```\n")
	return b.String()
}

func lines(b *strings.Builder, g graph, prefix string) {
	for _, from := range g.nodes() {
		for _, to := range g[from] {
			fmt.Fprintf(b, "    %s --> %s\n", node(from, prefix), node(to, prefix))
		}
	}
}

// node is a folder in the picture; a prefix keeps folders of the same name apart.
func node(folder, prefix string) string {
	if prefix == "" {
		return folder
	}
	return fmt.Sprintf("%s%s[%s]", prefix, folder, folder)
}
