package logs

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// FuzzTraceIDs looks for a trace's id in whatever a line holds around it.
func FuzzTraceIDs(f *testing.F) {
	for _, text := range []string{"trace_id=%s failed", `{"dd":{"trace_id":"%s"},"message":"x"}`, `{"traceId":"%s"`, "[%s,%s]", "İ %s ſ", "\xff%s", ""} {
		f.Add(text, []byte("\x8f\x2e\x4a\x1b\x7c\x9d\x3e\x5f"), uint8(1))
	}
	f.Fuzz(func(t *testing.T, text string, bytes []byte, form uint8) {
		const most = 16
		id := strings.TrimLeft(hex.EncodeToString(bytes[:min(most, len(bytes))]), "0")
		if id == "" {
			return
		}
		whole := padded(id)
		spellingOf(incident.Line{Text: text, Labels: map[string]string{idFields()[0]: text}}, id)
		if len(id) < fewestMeant {
			id = whole // as a short number it stands in lines by chance
		}
		written := []string{id, whole, strings.ToUpper(whole), uuidOf(whole), strings.ToUpper(uuidOf(whole))}[int(form)%5]
		line := incident.Line{Text: text + " " + written}
		found := spellingOf(line, id)
		require.NotEqual(t, spelling{}, found, "%q in %q", id, line.Text)
		require.NotEmpty(t, found.said())
		require.Equal(t, found, usual([]incident.Line{line}, id))
	})
}
