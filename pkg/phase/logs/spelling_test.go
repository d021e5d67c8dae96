package logs

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func uuidOf(id string) string {
	p := padded(id)
	return strings.Join([]string{p[:8], p[8:12], p[12:16], p[16:20], p[20:]}, "-")
}

func TestEverySpellingOfATraceIDIsRecognised(t *testing.T) {
	t.Parallel()
	const short, long = "8f2e4a1b7c9d3e5f", "4bf92f3577b34da6a3ce929d0e0e4736"
	for text, want := range map[string]spelling{
		"trace_id=" + short:                          {spelledInText, "", asHex},
		"[0000000000000000" + short + "] failed":     {spelledInText, "", asHex},
		`{"traceId":"` + short + `","message":"x"}`:  {spelledInText, "traceId", asHex},
		`{"dd":{"trace_id":"10317265278267637343"}}`: {spelledInText, "dd", asDecimal},
		"id " + strings.ToUpper(short):               {spelledInText, "", asUpperHex},
		"id " + uuidOf(short):                        {spelledInText, "", asUUID},
		"id " + strings.ToUpper(uuidOf(short)):       {spelledInText, "", asUUID},
		"nothing of 8f2e4a1b7c9d3e50":                {},
	} {
		require.Equal(t, want, spellingOf(incident.Line{Text: text}, short), text)
	}
	require.Equal(t, asHalf, formOf("a3ce929d0e0e4736", long))
	require.Equal(t, asHex, formOf(long, long))
	require.Equal(t, spelling{spelledInMetadata, "otelTraceID", asHex},
		spellingOf(incident.Line{Text: "failed", Labels: map[string]string{"otelTraceID": long}}, long))
}

func TestAnyIDIsFoundInWhateverFormAndText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := strings.TrimLeft(rapid.StringMatching(`[0-9a-f]{1,32}`).Draw(t, "id"), "0")
		if id == "" {
			id = "1"
		}
		half := padded(id)[halfDigits:]
		forms := []string{padded(id), strings.ToUpper(padded(id)), uuidOf(id), strings.ToUpper(uuidOf(id)), half}
		if decimal := decimalOf(half); len(decimal) >= fewestMeant {
			forms = append(forms, decimal)
		}
		form := rapid.SampledFrom(forms).Draw(t, "form")
		before := rapid.OneOf(rapid.StringMatching(`[g-z ="\[{İ]*`), rapid.Just("\xff\xfe")).Draw(t, "before")
		require.NotEmpty(t, formOf(before+form+" after", id), "%q", before+form)
		line, err := json.Marshal(map[string]string{"m": "x", "z": form})
		require.NoError(t, err)
		require.Equal(t, "z", spellingOf(incident.Line{Text: string(line)}, id).field)
	})
}

func TestShortIDsDoNotMatchEveryNumber(t *testing.T) {
	t.Parallel()
	for _, text := range spellings("1") {
		require.GreaterOrEqual(t, len(text), fewestMeant, "%q would stand in many lines", text)
	}
}

func TestTheUsualSpellingIsThatOfMostLines(t *testing.T) {
	t.Parallel()
	const id = "8f2e4a1b7c9d3e5f"
	lines := []incident.Line{{Text: "x", Labels: map[string]string{"trace_id": padded(id)}}, {Text: "a " + id}, {Text: "b " + id}, {Text: "no id"}}
	require.Equal(t, spelling{spelledInText, "", asHex}, usual(lines, id))
	require.Contains(t, usual(lines[:1], id).said(), "structured metadata trace_id, as hex")
	require.Contains(t, usual([]incident.Line{{Text: fmt.Sprintf(`{"t":%q}`, id)}}, id).said(), "the JSON field t, as hex")
}
