package resource

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultline-investigation/faultline/pkg/casebook/alike"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/report"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/shipped"
	"github.com/faultline-investigation/faultline/pkg/watch"
)

// displayed are the fields of a case that are words for people, by their types.
var displayed = map[reflect.Type][]string{
	reflect.TypeFor[incident.StepResult]():    {"Title", "Reason", "Advice", "Notes"},
	reflect.TypeFor[incident.Finding]():       {"Sentence", "Method"},
	reflect.TypeFor[incident.Value]():         {"Name"},
	reflect.TypeFor[incident.Series]():        {"Name"},
	reflect.TypeFor[incident.Command]():       {"Why"},
	reflect.TypeFor[incident.Verdict]():       {"Sentence", "Statement", "Normal", "Unchecked"},
	reflect.TypeFor[incident.Candidate]():     {"Component", "Because"},
	reflect.TypeFor[incident.Link]():          {"Sentence"},
	reflect.TypeFor[incident.Comparison]():    {"What"},
	reflect.TypeFor[incident.ClusterChange](): {"What", "Text"},
	reflect.TypeFor[incident.ExitCriterion](): {"Name"},
	reflect.TypeFor[incident.Example]():       {"Reason", "Shape"},
	reflect.TypeFor[incident.Culprit]():       {"Reason"},
	reflect.TypeFor[incident.Pin]():           {"Sentence"},
	reflect.TypeFor[incident.Reading]():       {"Name"},
}

// reword replaces all words for people in a value by others.
func reword(v reflect.Value, words func() string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			reword(v.Elem(), words)
		}
	case reflect.Slice:
		for i := range v.Len() {
			reword(v.Index(i), words)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Field(i)
			if !v.Type().Field(i).IsExported() {
				continue
			}
			if !slices.Contains(displayed[v.Type()], v.Type().Field(i).Name) {
				reword(field, words)
				continue
			}
			if field.Kind() == reflect.String {
				field.SetString(words())
				continue
			}
			for n := range field.Len() {
				field.Index(n).SetString(words())
			}
		}
	default:
	}
}

// theWalkthrough is the recorded investigation, and who answered it.
func theWalkthrough(t *testing.T) (*incident.Case, source.Querier) {
	t.Helper()
	recording, err := shipped.Open("walkthrough")
	require.NoError(t, err)
	request := investigate.Request{Subject: recording.Subject, Window: recording.Window, Knowledge: recording.Knowledge}
	c, err := investigate.Run(t.Context(), request, recording, investigate.Options{}, func(investigate.Event) {})
	require.NoError(t, err)
	return c, recording
}

// reworded is a copy of a case with other words.
func reworded(t require.TestingT, c *incident.Case, words func() string) *incident.Case {
	content, err := json.Marshal(c)
	require.NoError(t, err)
	var other incident.Case
	require.NoError(t, json.Unmarshal(content, &other))
	other.Facts.Verdict = &other.Verdict
	if words != nil {
		reword(reflect.ValueOf(&other).Elem(), words)
	}
	return &other
}

func TestWhatFollowsFromACaseDoesNotFollowFromItsWords(t *testing.T) {
	t.Parallel()
	c, stores := theWalkthrough(t)
	as := reworded(t, c, nil)
	want := followsFrom(t, as, stores)
	require.Contains(t, want, "kubectl delete networkpolicy restrict-coredns -n kube-system")
	require.Contains(t, want, "dns-lookups/api.stripe.com")
	require.Contains(t, want, "NetworkPolicy/kube-system/restrict-coredns/created")
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"load", "CPU limit", "connection pool", "error rate", ", limit", "DNS lookups of x", "node/a", "created", "scaled"}))
		other := reworded(t, c, func() string { return words.Draw(t, "words") })
		require.Equal(t, want, followsFrom(t, other, stores))
		likeness := alike.Compare(alike.Of(as), alike.Of(other))
		require.InDelta(t, alike.Compare(alike.Of(as), alike.Of(as)).Score, likeness.Score, 0)
		require.True(t, likeness.Alike())
	})
}

// followsFrom is all that is done because of what a case says: the verdict's identity, commands, exit criteria, what a watch
// asks, and the lines of the report.
func followsFrom(t require.TestingT, c *incident.Case, stores source.Querier) string {
	var all []any
	for _, s := range investigate.All() {
		if s.Phase != incident.PhaseRecovery && s.Key() != "cause/verdict" {
			continue
		}
		questions, err := s.Plan(s.View(c))
		require.NoError(t, err)
		answers := source.Answers{}
		for _, q := range questions {
			all = append(all, q.Text)
			answers[q.Name] = stores.Ask(context.Background(), q)
		}
		reading, err := s.Read(s.View(c), answers)
		require.NoError(t, err)
		var learned incident.Facts
		if reading.Learn != nil {
			reading.Learn(&learned)
		}
		if v := learned.Verdict; v != nil {
			all = append(all, v.ID())
			for _, k := range v.Candidates {
				all = append(all, k.Kind, k.Target, k.Score)
			}
			for _, l := range v.Chain {
				all = append(all, l.At, l.Step, l.About)
			}
		}
		if r := learned.Recovery; r != nil {
			for _, k := range r.Criteria {
				all = append(all, k.ID, k.Step, k.Query, *k.Now, k.Holds)
			}
		}
		for _, f := range reading.Findings {
			for _, k := range f.Evidence.Commands {
				all = append(all, k.Text, k.Step, k.Changes)
			}
		}
	}
	for _, m := range report.PostMortemOf(&incident.SavedCase{Case: *c}, nil, nil).Timeline {
		all = append(all, m.At, m.Part, m.From, m.About)
	}
	content, err := json.Marshal(append(all, watched(c)))
	require.NoError(t, err)
	return string(content)
}

// watched is what a watch asks about a case, ordered.
func watched(c *incident.Case) []string {
	asked := &listening{}
	watch.New(*c, c.Window.To, asked).Look(context.Background(), c.Window.To.Add(time.Minute))
	slices.Sort(asked.texts)
	return asked.texts
}

// listening answers nothing, and remembers what it was asked.
type listening struct {
	mu    sync.Mutex
	texts []string
}

// Ask implements source.Querier.
func (l *listening) Ask(_ context.Context, q source.Question) source.Answer {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.texts = append(l.texts, fmt.Sprintf("%s %s", q.Kind, q.Text))
	return source.Answer{Question: q}
}
