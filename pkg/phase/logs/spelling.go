package logs

import (
	"encoding/json"
	"sort"
	"strconv"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// idFields are the names under which a record's trace id is kept as structured metadata.
func idFields() []string { return convention.TraceIDFields() }

// The places in which a trace id can stand.
const (
	spelledInText     = "text"
	spelledInMetadata = "structured metadata"
)

// The ways to write a trace id.
const (
	asHex      = "hex"
	asUpperHex = "upper-case hex"
	asUUID     = "UUID"
	asHalf     = "hex of its last 64 bits"
	asDecimal  = "decimal of its last 64 bits"
)

const (
	halfDigits  = 16 // of the last 64 bits
	fewestMeant = 12 // digits of a number that does not stand in lines by chance
)

// spellings are texts of which a line holds at least one, in any case, if it holds the trace id: its last 64 bits as hex, as
// the end of a UUID, and in decimal. Tracers of 64 bits and of 128 agree in these. The id is hex without leading zeros.
func spellings(id string) []string {
	half := padded(id)[halfDigits:]
	short := strings.TrimLeft(half, "0")
	if len(short) < fewestMeant {
		short = half
	}
	texts := []string{short, half[:4] + "-" + half[4:]}
	if decimal := decimalOf(half); len(decimal) >= fewestMeant {
		texts = append(texts, decimal)
	}
	return texts
}

// padded is the id with its leading zeros, as OpenTelemetry writes it.
func padded(id string) string {
	return strings.Repeat("0", max(0, 2*halfDigits-len(id))) + id
}

func decimalOf(half string) string {
	n, err := strconv.ParseUint(half, 16, 64)
	if err != nil {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// spelling is where a line holds a trace id, and how it is written.
type spelling struct{ place, field, form string }

// spellingOf finds the trace id in a line; a zero spelling where it is not there.
func spellingOf(line incident.Line, id string) spelling {
	for _, field := range idFields() {
		if form := formOf(line.Labels[field], id); form != "" {
			return spelling{spelledInMetadata, field, form}
		}
	}
	form := formOf(line.Text, id)
	if form == "" {
		return spelling{}
	}
	return spelling{spelledInText, jsonField(line.Text, id), form}
}

// jsonField is the first field, in the order of the alphabet, of a line that is a JSON object and holds the id.
func jsonField(text, id string) string {
	var read map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &read) != nil {
		return ""
	}
	var names []string
	for name, value := range read {
		if formOf(string(value), id) != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	sort.Strings(names)
	return names[0]
}

// formOf says how a text writes the id; empty where it does not.
func formOf(text, id string) string {
	text = strings.ToValidUTF8(text, "?")
	folded, texts := lower(text), spellings(id)
	at := strings.Index(folded, texts[0])
	switch {
	case at >= 0 && strings.ContainsAny(text[at:at+len(texts[0])], "ABCDEF"):
		return asUpperHex
	case at >= 0 && len(id) > halfDigits && !strings.Contains(folded, id):
		return asHalf
	case at >= 0:
		return asHex
	case strings.Contains(folded, texts[1]):
		return asUUID
	case len(texts) > 2 && strings.Contains(folded, texts[2]):
		return asDecimal
	}
	return ""
}

// lower folds letters of ASCII only, so that every byte keeps its place.
func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// usual is the spelling that most of the lines have; ties go to the first in the alphabet.
func usual(lines []incident.Line, id string) spelling {
	counts := map[spelling]int{}
	for _, l := range lines {
		if s := spellingOf(l, id); s != (spelling{}) {
			counts[s]++
		}
	}
	var best spelling
	for s, n := range counts {
		if best == (spelling{}) || n > counts[best] || n == counts[best] && s.place+s.field+s.form < best.place+best.field+best.form {
			best = s
		}
	}
	return best
}

// said describes the spelling, for the record of how the lines were found.
func (s spelling) said() string {
	where := s.place
	if s.field != "" && s.place == spelledInText {
		where = "the JSON field " + s.field
	} else if s.field != "" {
		where += " " + s.field
	}
	return "the trace id was searched in text and in structured metadata, as hex, UUID and decimal; most lines have it in " + where + ", as " + s.form
}
