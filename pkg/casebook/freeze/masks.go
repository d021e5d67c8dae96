package freeze

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// masked stands where a secret was.
const masked = "[masked]"

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

// usual is a kind of secret: what is found, what is written instead, and what a text must hold for a look to be worth it.
type usual struct {
	pattern *regexp.Regexp
	instead string
	hints   []string // in lower case; any of them
}

// worth says whether the pattern could match a text, given in lower case.
func (u usual) worth(lower string) bool {
	for _, hint := range u.hints {
		if strings.Contains(lower, hint) {
			return true
		}
	}
	return false
}

// Names of what is secret.
const nameOfSecret = `(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_.-]?key|access[_.-]?key|private[_.-]?key|authorization|cookie|credentials?|cvv2?|card[_.-]?number)` // #nosec G101 -- names of secrets, not secrets

var secretHints = []string{"pass", "pwd", "secret", "token", "key", "authorization", "cookie", "credential", "cvv", "card"}

// The usual secrets, in the order in which they are looked for: those with a shape of their own before those that only
// their name gives away.
var usuals = []usual{
	{regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`), masked, []string{"private key"}},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?`), masked, []string{"eyj"}}, // JWT
	{regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`), masked, []string{"akia", "asia"}},                         // AWS
	// Code hosts.
	{regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,})`), masked,
		[]string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"}},
	// Slack, Grafana, Google.
	{regexp.MustCompile(`\b(?:xox[abeoprs]-[A-Za-z0-9-]{8,}|gl(?:sa|c)_[A-Za-z0-9_=+/-]{16,}|AIza[A-Za-z0-9_-]{30,})`), masked,
		[]string{"xox", "glsa_", "glc_", "aiza"}},
	// Payment processors and others that begin their keys alike.
	{regexp.MustCompile(`\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{8,}|\bsk-[A-Za-z0-9_-]{20,}|\bwhsec_[A-Za-z0-9]{8,}`), masked,
		[]string{"_live_", "_test_", "sk-", "whsec_"}},
	// A password in an address.
	{regexp.MustCompile(`(\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"']*:)[^\s/@"']+@`), `${1}` + masked + `@`, []string{"://"}},
	// A name and a value, the value in quotes or not.
	{regexp.MustCompile(`(?i)(` + nameOfSecret + `\\*["']?\s*[:=]\s*)(\\*"(?:[^"\\]|\\[^"])*\\*"|'[^']*')`), `${1}"` + masked + `"`, secretHints},
	{regexp.MustCompile(`(?i)(` + nameOfSecret + `\\*["']?\s*[:=]\s*)(?:(?:bearer|basic|digest)\s+)?[^\s"',;&}\]\\\[]+`), `${1}` + masked, secretHints},
	// HTTP's credentials, wherever no name stands before them.
	{regexp.MustCompile(`(?i)\b(bearer|basic|digest)(\s+)[A-Za-z0-9._~+/=-]{8,}`), `${1}${2}` + masked, []string{"bearer", "basic", "digest"}},
}

// named are the keys of attributes and labels whose value is secret whatever it looks like.
var named = regexp.MustCompile(`(?i)` + nameOfSecret + `$`)

// Text gives the text without secrets, and how many there were.
func (m *Masks) Text(text string) (string, int) {
	count := 0
	replace := func(pattern *regexp.Regexp, instead string) {
		text = pattern.ReplaceAllStringFunc(text, func(found string) string {
			with := pattern.ReplaceAllString(found, instead)
			if with != found {
				count++
			}
			return with
		})
	}
	if m != nil {
		for _, pattern := range m.own {
			replace(pattern, masked)
		}
	}
	lower := strings.ToLower(text)
	for _, u := range usuals {
		if u.worth(lower) {
			replace(u.pattern, u.instead)
		}
	}
	if !strings.ContainsAny(text, "3456") {
		return text, count
	}
	text = cards.ReplaceAllStringFunc(text, func(found string) string {
		if !isCard(found) {
			return found
		}
		count++
		return masked
	})
	return text, count
}

// cards are numbers that could be a payment card's; the check digit decides.
var cards = regexp.MustCompile(`\b[3-6][0-9]{3}(?:[ -]?[0-9]{2,6}){2,4}\b`)

// isCard says whether digits with blanks and hyphens between them have the length and the check digit (ISO/IEC 7812-1,
// Luhn's formula) of a payment card's number.
func isCard(number string) bool {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(number)
	if len(digits) < 13 || len(digits) > 19 {
		return false
	}
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
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
	tree = m.walk(tree, "", &count)
	written, err := json.Marshal(tree)
	if err != nil {
		return nil, 0, fmt.Errorf("masking: %w", err)
	}
	return written, count, nil
}

// identifiers are keys of the document whose values are ids, which can look like anything.
var identifiers = map[string]bool{"id": true, "parent": true, "trace": true}

func (m *Masks) walk(tree any, key string, count *int) any {
	switch node := tree.(type) {
	case map[string]any:
		for k, v := range node {
			node[k] = m.walk(v, k, count)
		}
	case []any:
		for i, v := range node {
			node[i] = m.walk(v, key, count)
		}
	case string:
		if identifiers[key] {
			return node
		}
		if named.MatchString(key) && node != "" && node != masked {
			*count++
			return masked
		}
		text, found := m.Text(node)
		*count += found
		return text
	}
	return tree
}
