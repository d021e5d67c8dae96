package freeze

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/faultline-investigation/faultline/pkg/casebook/secrets"
)

// Masks replace secrets in texts. The zero value and nil know the usual ones.
type Masks struct{ own []*regexp.Regexp }

// NewMasks adds patterns, in Go's syntax of regular expressions, to the usual ones. What a pattern matches is replaced as
// a whole. The error names the pattern that cannot be used.
func NewMasks(patterns []string) (*Masks, error) {
	m := &Masks{}
	for i, pattern := range patterns {
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			return nil, fmt.Errorf("masks[%d] is %q, which is not a regular expression: %w", i, pattern, err)
		}
		if compiled.MatchString("") {
			return nil, fmt.Errorf("masks[%d] is %q, which matches the empty text too: make it match what is secret and nothing else", i, pattern)
		}
		m.own = append(m.own, compiled)
	}
	return m, nil
}

// Text gives the text without secrets, and how many there were.
func (m *Masks) Text(text string) (string, int) {
	count := 0
	if m != nil {
		for _, pattern := range m.own {
			text = pattern.ReplaceAllStringFunc(text, func(found string) string {
				if found == secrets.Masked {
					return found
				}
				count++
				return secrets.Masked
			})
		}
	}
	text, usual := secrets.Mask(text)
	return text, count + usual
}

// Value masks a value of JSON in place: every text in it. It gives how many secrets there were. value points to what is masked.
func (m *Masks) Value(value any) (int, error) {
	document, err := json.Marshal(value)
	if err != nil {
		return 0, fmt.Errorf("masking: %w", err)
	}
	document, count, err := m.Document(document)
	if err != nil || count == 0 {
		return count, err
	}
	if err := json.Unmarshal(document, value); err != nil {
		return count, fmt.Errorf("masking: %w", err)
	}
	return count, nil
}

// Document masks every text of a JSON document, and gives it with the number of secrets that were replaced. Keys stay.
func (m *Masks) Document(document []byte) ([]byte, int, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, 0, fmt.Errorf("masking: %w", err)
	}
	count := 0
	tree = m.walk(tree, "", false, &count)
	written, err := json.Marshal(tree)
	if err != nil {
		return nil, 0, fmt.Errorf("masking: %w", err)
	}
	return written, count, nil
}

// identifiers are keys of the document whose values are ids, which can look like anything. They are so only as long as they look like
// one, and never among the attributes of telemetry, which can be called the same.
var (
	identifiers = map[string]bool{"id": true, "parent": true, "trace": true}
	identifier  = regexp.MustCompile(`^(?:[0-9a-fA-F]{1,32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$`)
	attributes  = map[string]bool{"attributes": true, "resource": true, "labels": true, "annotations": true}
)

// walk masks what stands under a key; told says that the keys are those of telemetry.
func (m *Masks) walk(tree any, key string, told bool, count *int) any {
	switch node := tree.(type) {
	case map[string]any:
		named := nameBeside(node)
		for k, v := range node {
			if k == "value" && named != "" {
				node[k] = m.walk(v, named, true, count)
				continue
			}
			node[k] = m.walk(v, k, told || attributes[key], count)
		}
	case []any:
		for i, v := range node {
			node[i] = m.walk(v, key, told, count)
		}
	case string:
		if !told && identifiers[key] && identifier.MatchString(node) {
			return node
		}
		if secrets.IsName(key) && node != "" && node != secrets.Masked {
			*count++
			return secrets.Masked
		}
		text, found := m.Text(node)
		*count += found
		return text
	}
	return tree
}

// nameBeside is what an object says that its value is called, where that is the name of a secret.
func nameBeside(node map[string]any) string {
	for _, key := range []string{"key", "name", "attribute"} {
		if name, is := node[key].(string); is && secrets.IsName(name) {
			return name
		}
	}
	return ""
}
