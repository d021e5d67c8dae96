//go:build grafana

package grafana_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/grafana"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// tour asks for everything that pages ask for, as people do who may, leaves streams as pages do, and looks whether Grafana has logged an error meanwhile.
func tour(t *testing.T, l *lab.Lab, g *grafana.Grafana) {
	t.Helper()
	ctx := context.Background()
	logged := logOf(t, g)
	editor, viewer := person(g, "editor"), person(g, "viewer")
	id := investigated(t, l, g, "editor")
	of := resources + "/cases/" + id
	streamed(t, viewer, http.MethodGet, of+"/events", nil, "here")
	streamed(t, editor, http.MethodGet, of+"/events", nil, "case")
	write := func(kind incident.EntryKind) {
		entry := incident.NewEntry{ID: "tour-" + strings.ReplaceAll(string(kind), " ", "-"), Kind: kind, Text: "On a tour."}
		require.NoError(t, editor.Do(ctx, grafana.First, http.MethodPost, of+"/entries", entry, nil))
	}
	write(incident.EntryNote)
	write(incident.EntryFixApplied)
	for _, path := range []string{"/conventions", "/services", "/operations?service=order-service", "/readiness", "/cases", "/cases/" + id, "/cases/" + id + "/before", "/cases/" + id + "/watch", "/cases/" + id + "/report"} {
		require.NoError(t, viewer.Do(ctx, grafana.First, http.MethodGet, resources+path, nil, nil), path)
	}
	write(incident.EntryClosed)
	require.NoError(t, viewer.Do(ctx, grafana.First, http.MethodPost, "/api/ds/query", query(grafana.DataSource, l), nil))
	_, err := g.Client.Health(ctx, grafana.First)
	require.NoError(t, err)
	require.NoError(t, g.Client.Do(ctx, grafana.First, http.MethodDelete, of, nil, nil))
	time.Sleep(5 * time.Second) // for what goes on after the last answer
	assert.Empty(t, strings.Join(logged(), "\n"))
}

// leftEarly leaves an investigation when it has just begun. Its questions to the stores are broken off, which spares the stores
// and which Grafana's proxy complains of; but no request of the page's has failed.
func leftEarly(t *testing.T, l *lab.Lab, g *grafana.Grafana) {
	t.Helper()
	logged := logOf(t, g)
	streamed(t, person(g, "viewer"), http.MethodPost, resources+"/investigations", investigation(l), "started")
	time.Sleep(2 * time.Second)
	for _, line := range logged() {
		assert.NotContains(t, line, "/resources/")
		assert.NotContains(t, line, "logger=plugin.")
	}
}

// logOf gives what finds the errors that Grafana has logged since.
func logOf(t *testing.T, g *grafana.Grafana) func() []string {
	t.Helper()
	before, err := os.ReadFile(g.Log)
	require.NoError(t, err)
	return func() []string {
		now, err := os.ReadFile(g.Log)
		require.NoError(t, err)
		var errors []string
		for _, line := range strings.Split(string(now[len(before):]), "\n") {
			if strings.Contains(line, "level=error") {
				errors = append(errors, fmt.Sprintf("%.600s", line))
			}
		}
		return errors
	}
}
