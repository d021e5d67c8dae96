package links_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"text/template"
	"time"

	amtemplate "github.com/prometheus/alertmanager/template"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/links"
)

const grafana = "https://grafana.example/sub/"

var awkward = map[string]string{"alertname": "Höhe & Breite", "service_name": `say "hi"/'now' + 100% {{ $x }}`, "span_name": "GET /a/{id}?q=1&r=2+2#top",
	"weird name": "=&?"}

// snippets are the templates of the documentation, in order.
func snippets(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile("../../docs/links.md")
	require.NoError(t, err)
	var all []string
	for _, block := range regexp.MustCompile("(?s)```gotemplate\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		all = append(all, block[1])
	}
	require.Len(t, all, 3)
	return all
}

// expand fills a template in with functions that Grafana adds to those of Go.
func expand(t *testing.T, text string, data any) string {
	t.Helper()
	parsed, err := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"externalURL": func() string { return grafana }}).Parse(text)
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, parsed.Execute(&out, data))
	return out.String()
}

func TestTheAnnotationsOfTheDocumentationLeadToTheInvestigation(t *testing.T) {
	t.Parallel()
	for i, expected := range []links.Link{
		{DataSource: "production", Service: awkward["service_name"], Operation: awkward["span_name"]},
		{DataSource: "production", Labels: awkward},
	} {
		// Rules begin with their variables, as Prometheus' do.
		written := expand(t, `{{ $labels := .Labels }}`+snippets(t)[i], map[string]any{"Labels": awkward})
		link, ok := links.Parse(strings.TrimSpace(written))
		require.True(t, ok, written)
		assert.Equal(t, expected, link)
		subject, known := link.Subject()
		assert.True(t, known)
		assert.Equal(t, awkward["service_name"], subject.Service)
		assert.Equal(t, awkward["span_name"], subject.Operation)
	}
}

// grafanaAlert is an alert as Grafana's notification templates see it: Alertmanager's with more.
type grafanaAlert struct {
	amtemplate.Alert

	OrgID int64
}

type grafanaAlerts []grafanaAlert

func (as grafanaAlerts) Firing() grafanaAlerts { return as }

func TestTheNotificationOfTheDocumentationLeadsToTheInvestigation(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 3, 10, 10, 30, 0, 5e8, time.UTC)
	written := expand(t, snippets(t)[2]+`{{ template "faultline.investigate" . }}`, map[string]any{"ExternalURL": grafana,
		"Alerts": grafanaAlerts{{OrgID: 7, Alert: amtemplate.Alert{Labels: awkward, StartsAt: began, Fingerprint: "8f3c2a"}}}})
	written = strings.TrimSpace(written)
	require.True(t, strings.HasPrefix(written, "Investigate Höhe & Breite: "+grafana), written)
	address := written[strings.Index(written, grafana):]
	assert.Contains(t, address, "?orgId=7&")
	link, ok := links.Parse(address)
	require.True(t, ok)
	assert.Equal(t, links.Link{DataSource: "production", At: "1773138600500", Alert: "8f3c2a", Labels: awkward}, link)
}
