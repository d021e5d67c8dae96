package links_test

import (
	"encoding/json"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/links"
)

// FuzzLinks reads whatever address a browser, a chat or an alert rule hands over: what is read is written, and read again, as the same.
func FuzzLinks(f *testing.F) {
	for _, e := range examples(f) {
		f.Add(e.URL)
	}
	content, err := os.ReadFile("testdata/subjects.json")
	require.NoError(f, err)
	var known []struct{ Labels map[string]string }
	require.NoError(f, json.Unmarshal(content, &known))
	for _, k := range known {
		f.Add("https://grafana.example" + links.Link{Labels: k.Labels}.String())
	}
	f.Fuzz(func(t *testing.T, address string) {
		link, is := links.Parse(address)
		if !is {
			return
		}
		again, is := links.Parse(link.String())
		require.True(t, is)
		require.Equal(t, link, again)
		subject, known := link.Subject()
		require.Equal(t, subject.Service != "", known)
		for _, label := range links.SubjectLabels() {
			_, named := links.Subject(map[string]string{label: address})
			require.False(t, named && address == "")
		}
		require.NotContains(t, (&url.URL{RawQuery: link.Query().Encode()}).RawQuery, " ", "nothing ends the address where a chat would cut it")
	})
}
