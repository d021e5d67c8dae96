package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/instrument"
)

const (
	monitoringPage = "../docs/monitoring.md"
	tableBegins    = "<!-- written by go test ./pkg -run Metric -update -->\n"
	tableEnds      = "<!-- end of what is written -->\n"
)

// metricsTable is the reference of all metrics that the backend has.
func metricsTable() string {
	var b strings.Builder
	b.WriteString("| metric | type | unit | what it says |\n|---|---|---|---|\n")
	for _, d := range instrument.Definitions() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s%s |\n", d.Name, d.Kind, d.Unit, d.Help, labelsOf(d))
	}
	return b.String()
}

func labelsOf(d instrument.Definition) string {
	var b strings.Builder
	for _, l := range d.Labels {
		values := make([]string, len(l.Values))
		for i, v := range l.Values {
			if values[i] = v; v == "" {
				values[i] = "(empty)"
			}
		}
		fmt.Fprintf(&b, "<br>`%s`: %s", l.Name, strings.Join(values, ", "))
	}
	return b.String()
}

func TestTheDocumentedTableHoldsEveryMetric(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(monitoringPage)
	require.NoError(t, err)
	before, rest, begins := strings.Cut(string(page), tableBegins)
	table, after, ends := strings.Cut(rest, tableEnds)
	require.True(t, begins && ends, "%s has the table between its two comments", monitoringPage)
	if *update {
		require.NoError(t, os.WriteFile(monitoringPage, []byte(before+tableBegins+metricsTable()+tableEnds+after), 0o600))
		return
	}
	assert.Equal(t, metricsTable(), table, "run go test ./pkg -run Metric -update")
}

// A metric that does not go through package instrument would be in no table, and its labels without bounds.
func TestEveryExposedMetricIsDefinedInOnePlace(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, d := range instrument.Definitions() {
		assert.False(t, known[d.Name], d.Name)
		known[d.Name] = true
	}
	families, err := prometheus.DefaultGatherer.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if name := family.GetName(); strings.HasPrefix(name, "faultline") {
			assert.True(t, known[name], name)
		}
	}
}

// The rules are those of https://prometheus.io/docs/practices/naming/.
func TestMetricsAreNamedWithTheirUnitsAndExplainedInASentence(t *testing.T) {
	t.Parallel()
	for _, d := range instrument.Definitions() {
		assert.Regexp(t, `^faultline_[a-z]+(_[a-z]+)*$`, d.Name)
		assert.Regexp(t, `^[A-Z].*[a-z)]\.$`, d.Help, d.Name)
		assert.Regexp(t, `^[a-z]+$`, d.Unit, d.Name)
		assert.Equal(t, d.Kind == instrument.KindCounter, strings.HasSuffix(d.Name, "_total"), "%s: counters, and they alone, end in _total", d.Name)
		for _, unit := range []string{"seconds", "bytes"} {
			assert.Equal(t, d.Unit == unit, strings.HasSuffix(strings.TrimSuffix(d.Name, "_total"), "_"+unit), "%s: its unit is %s", d.Name, d.Unit)
		}
		series := 1
		for _, l := range d.Labels {
			assert.NotEmpty(t, l.Values, "%s: %s", d.Name, l.Name)
			series *= len(l.Values) + 1
		}
		assert.LessOrEqual(t, series, 300, "%s: series of one metric", d.Name)
	}
}

// used are names of Faultline's metrics in a text, without what Prometheus adds for histograms.
var used = regexp.MustCompile(`\bfaultline_[a-z_]+\b`)

func TestTheDashboardAndTheAlertRulesAskForMetricsThatThereAre(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, d := range instrument.Definitions() {
		names[d.Name] = true
		if d.Kind == instrument.KindHistogram {
			names[d.Name+"_bucket"], names[d.Name+"_count"], names[d.Name+"_sum"] = true, true, true
		}
	}
	for _, file := range []string{"../provisioning/dashboards/faultline/self-monitoring.json", "../provisioning/alerting/self-monitoring.yaml"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		found := used.FindAllString(string(text), -1)
		assert.NotEmpty(t, found, file)
		for _, name := range found {
			assert.True(t, names[name], "%s: %s", file, name)
		}
	}
}
