package score

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestFiguresCountPlaces(t *testing.T) {
	t.Parallel()
	late, early := 30.0, -10.0
	right, wrong := true, false
	f := figuresOf([]Incident{
		{Place: 1, Verdict: incident.Likely, OnsetErrorSeconds: &late, RightReason: &right, AnalysisMilliseconds: 7},
		{Place: 1, Verdict: incident.Possible, OnsetErrorSeconds: &early, RightReason: &wrong},
		{Place: 3, Verdict: incident.Possible},
		{Place: 0, Verdict: incident.NoClearCause},
	})
	require.Equal(t, 4, f.N)
	require.InDelta(t, 0.5, f.AC1, 1e-9)
	require.InDelta(t, 0.75, f.AC3, 1e-9)
	require.InDelta(t, 0.75, f.AC5, 1e-9)
	require.InDelta(t, (2+2+3+3+3)/20.0, f.Avg5, 1e-9)
	require.InDelta(t, 0.25, f.NoClearCause, 1e-9)
	require.InDelta(t, 0.5, f.Named1, 1e-9)
	require.InDelta(t, 0.75, f.Named3, 1e-9)
	require.InDelta(t, 0.25, f.Likely, 1e-9)
	require.InDelta(t, 1, *f.LikelyRight, 1e-9)
	require.InDelta(t, 0.5, *f.RightReason, 1e-9)
	require.InDelta(t, 20, *f.OnsetError, 1e-9, "the size counts")
	require.InDelta(t, 7, f.Analysis, 1e-9)
	require.Nil(t, figuresOf(nil).OnsetError)
}

func TestWhereNobodyIsNamedTheIncidentIsMissedThoughTheRankingHasIt(t *testing.T) {
	t.Parallel()
	f := figuresOf([]Incident{{Place: 1, Verdict: incident.NoClearCause}, {Place: 1, Verdict: incident.Possible}})
	require.InDelta(t, 1, f.AC1, 1e-9)
	require.InDelta(t, 0.5, f.Named1, 1e-9)
	require.InDelta(t, 0.5, f.Named3, 1e-9)
}

func TestAShareIsToldWithItsInterval(t *testing.T) {
	t.Parallel()
	low, high := interval(0, 40)
	require.Zero(t, low)
	require.InDelta(t, 0.0876, high, 1e-4)
	low, high = interval(1, 16)
	require.InDelta(t, 0.0111, low, 1e-4)
	require.InDelta(t, 0.2833, high, 1e-4)
}

func TestAReasonIsRightWhenItNamesTheKindOfFault(t *testing.T) {
	t.Parallel()
	because := []string{"calls between a and b wait 2 s for no work of the one called, normally 3 ms"}
	require.True(t, names(because, kindsOf("network_delay")))
	require.False(t, names(because, kindsOf("memory leak")))
	require.False(t, names(because, kindsOf("exception")))
	require.Nil(t, kindsOf("sunspots"), "of an unknown kind nothing is said")
}

func TestQuietMomentsLieBeforeAFaultAndLongAfterTheLast(t *testing.T) {
	t.Parallel()
	ten := time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
	r := &recordings.Recording{From: ten, Incidents: []recordings.Incident{
		{Truth: recordings.Truth{Injected: ten.Add(20 * time.Minute)}},
		{Truth: recordings.Truth{Injected: ten.Add(24 * time.Minute)}},
		{Truth: recordings.Truth{Injected: ten.Add(40 * time.Minute)}},
	}}
	var at []time.Duration
	for _, alert := range quietAlerts(r) {
		at = append(at, alert.At.Sub(ten))
	}
	require.Equal(t, []time.Duration{20*time.Minute - 110*time.Second, 20*time.Minute - 95*time.Second, 20*time.Minute - 80*time.Second, 20*time.Minute - 65*time.Second,
		40*time.Minute - 110*time.Second, 40*time.Minute - 95*time.Second, 40*time.Minute - 80*time.Second, 40*time.Minute - 65*time.Second}, at)
}

func TestAFalseAlertIsAQuietTimeAndNoIncident(t *testing.T) {
	t.Parallel()
	false1 := recordings.Incident{ID: "a", Alert: recordings.Alert{Service: "front", At: time.Unix(1e9, 0)}, Truth: recordings.Truth{Fault: "none"}}
	r := &recordings.Recording{Folder: "some", Incidents: []recordings.Incident{false1}}
	require.Equal(t, []recordings.Alert{false1.Alert}, quietAlerts(r))
	result := &Result{}
	result.failed(r, errors.New("the store is gone"))
	require.Empty(t, result.Incidents)
}

func TestWhereTheVerdictNamesNobodyTheRankingIsStillScored(t *testing.T) {
	t.Parallel()
	c := &incident.Case{Verdict: incident.Verdict{Candidates: []incident.Candidate{{Service: "stock"}}}}
	c.Facts.Ranking = &incident.Ranking{Services: []incident.RankedService{{Service: "prices"}, {Service: "stock"}, {Service: "front"}}}
	require.Equal(t, []string{"stock", "prices", "front"}, rankedServices(c))
	require.Equal(t, []string{}, rankedServices(&incident.Case{}))
}

func TestAnIncidentThatCannotBeInvestigatedIsReportedAndCountsAsNotFound(t *testing.T) {
	t.Parallel()
	r := &Result{Incidents: []Incident{{Recording: "some", ID: "a", Place: 1}}}
	r.failed(&recordings.Recording{Folder: "some", Incidents: []recordings.Incident{{ID: "a"}, {ID: "b", Truth: recordings.Truth{Service: "stock", Fault: "delay"}}}},
		errors.New("the store is gone"))
	require.Len(t, r.Incidents, 2)
	r.Summary = summarise(r.Incidents)
	require.InDelta(t, 0.5, r.Summary.All.AC1, 1e-9)
	var out bytes.Buffer
	require.NoError(t, Print(&out, r))
	require.Contains(t, out.String(), "some b was not investigated: the store is gone")
	require.NoError(t, WritePages(t.TempDir(), r))
	text, err := json.Marshal(r.Incidents[1])
	require.NoError(t, err)
	for _, key := range []string{"recording", "id", "fault", "truth", "ranked", "verdict", "onsetErrorSeconds", "analysisMilliseconds", "because"} {
		require.Contains(t, string(text), `"`+key+`":`)
	}
}

func TestTheResultIsPrintedAndWritten(t *testing.T) {
	t.Parallel()
	c := &incident.Case{Verdict: incident.Verdict{Candidates: []incident.Candidate{{Service: "stock", Component: "calls", Score: 0.9, Because: []string{"it waits"}}}}}
	r := &Result{Incidents: []Incident{{Recording: "some", ID: "a/1", Fault: "delay", Truth: "stock", Place: 1, Ranked: []string{"stock"}, Verdict: incident.Likely, Case: c}},
		Quiet: &Quiet{N: 20, Likely: 1}}
	r.Summary = summarise(r.Incidents)
	var out bytes.Buffer
	require.NoError(t, Print(&out, r))
	require.Contains(t, out.String(), "1.000")
	require.Contains(t, out.String(), "1 of 20 investigations said Likely (95% interval 0.9% to 23.6%)")
	folder := t.TempDir()
	require.NoError(t, WritePages(folder, r))
	page, err := os.ReadFile(filepath.Join(folder, "some-a-1.md"))
	require.NoError(t, err)
	require.Contains(t, string(page), "1. `stock` (calls), score 0.90\n   - it waits")
	require.NoError(t, WriteJSON(filepath.Join(folder, "scores.json"), r))
}
