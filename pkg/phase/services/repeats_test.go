package services_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase/phasetest"
	"github.com/faultline-investigation/faultline/pkg/phase/services"
)

// asking is a trace of front that asks web so many times, one after the other; all calls but the last fail, or none does.
func asking(at time.Time, times int, fail bool) incident.Trace {
	t := incident.Trace{Start: at, Spans: []incident.Span{{ID: "f", Service: "front", Name: "GET /", Kind: incident.KindServer, Start: at}}}
	for i := range times {
		call := fmt.Sprint("c", i)
		began := at.Add(time.Duration(i) * time.Second)
		t.Spans = append(t.Spans, incident.Span{ID: call, Parent: "f", Service: "front", Name: "POST", Kind: incident.KindClient, Start: began, Failed: fail && i < times-1},
			incident.Span{ID: fmt.Sprint("s", i), Parent: call, Service: "web", Name: "POST /", Kind: incident.KindServer, Start: began})
	}
	return t
}

// askedOftener is a case whose callers ask once before the onset, and since then so many times in every so many-th request.
func askedOftener(times, every int, fail bool) *incident.Case {
	c := sampledWith(0, 0)
	c.Facts.Onset = &incident.Onset{MovedAt: incident.MovedAt{Earliest: ago(10 * time.Minute), Latest: ago(9 * time.Minute)}}
	for i := range 120 {
		n := 1
		if i%every == 0 {
			n = times
		}
		c.Facts.Neighbours.Traces = append(c.Facts.Neighbours.Traces, asking(ago(5*time.Minute+time.Duration(i)*200*time.Millisecond), n, fail),
			asking(ago(40*time.Minute-time.Duration(i)*time.Second), 1, false))
	}
	return c
}

func TestRetriesAreToldApartFromMoreRequests(t *testing.T) {
	t.Parallel()
	retried := phasetest.Learned(t, services.Agreement(), askedOftener(4, 1, true), nil)
	require.Equal(t, incident.Found, retried.Outcome)
	require.Equal(t, "A trace asks web 4 times, normally 1. 100% of the further calls follow one that failed or was given up, and calls that succeed are seldom followed by another: they are retries.",
		retried.Findings[1].Sentence)
	many := phasetest.Learned(t, services.Agreement(), askedOftener(3, 1, false), nil)
	require.Equal(t, "A trace asks web 3 times, normally 1.", many.Findings[1].Sentence, "nothing failed before the further calls")
	require.Len(t, phasetest.Learned(t, services.Agreement(), askedOftener(1, 1, false), nil).Findings, 1)
	require.Len(t, phasetest.Learned(t, services.Agreement(), askedOftener(4, 60, true), nil).Findings, 1, "two of 120 requests make no rise")
}

func TestAFailingLoopIsNotCalledRetries(t *testing.T) {
	t.Parallel()
	c := sampledWith(0, 0)
	c.Facts.Onset = &incident.Onset{MovedAt: incident.MovedAt{Earliest: ago(10 * time.Minute), Latest: ago(9 * time.Minute)}}
	for i := range 120 { // the orders have got longer, and each of their items fails
		c.Facts.Neighbours.Traces = append(c.Facts.Neighbours.Traces, asking(ago(5*time.Minute+time.Duration(i)*200*time.Millisecond), 8, true),
			asking(ago(40*time.Minute-time.Duration(i)*time.Second), 4, false))
	}
	require.Equal(t, "A trace asks web 8 times, normally 4.", phasetest.Learned(t, services.Agreement(), c, nil).Findings[1].Sentence)
}
