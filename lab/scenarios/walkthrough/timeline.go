package walkthrough

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// The times of the story, relative to the alert.
const (
	historyBegins   = -2 * time.Hour
	policyApplied   = -47 * time.Minute
	coreDNSCrashes  = -46 * time.Minute
	firstUpstream   = -17*time.Minute - 15*time.Second
	cacheExpires    = -17 * time.Minute
	errorsBegin     = -15 * time.Minute
	errorsAtFive    = -12 * time.Minute
	errorsFull      = -9 * time.Minute
	countedFailures = -30 * time.Minute // from here to the alert, exactly `failingTraces` checkouts fail
	countedLines    = -5 * time.Minute  // from here to the alert, exactly `timeoutLines` payments fail with a timeout
	coreDNSRecovers = 25 * time.Second  // after a fix
	coreDNSRelapses = 12 * time.Second  // after a relapse
)

// The numbers of the story.
const (
	failingTraces   = 847
	timeoutLines    = 847
	checkoutFailing = 0.073 // of all checkouts, at the height
	checkoutNormal  = 0.001
	payingCheckouts = 0.89 // the others are free of charge or invoiced
	chargeFailing   = checkoutFailing / payingCheckouts
	chargeNormal    = 0.0005
	timedOut        = 0.72 // of what fails at the height; the rest finds no free connection
	trafficLost     = 0.12
	moderatelySlow  = 0.0297 // of all requests, for a while during the recovery
)

// fiveShare is how far the fault has come when five in a hundred checkouts fail.
const fiveShare = (0.05 - checkoutNormal) / (checkoutFailing - checkoutNormal)

// What the fault does, each a level from 0 to 1.
var (
	failing = synth.Symptom{
		Onset:  synth.Curve{{At: errorsBegin}, {At: errorsAtFive, Level: fiveShare}, {At: errorsFull, Level: 1}},
		Relief: relief,
		Return: synth.Curve{{At: 20 * time.Second}, {At: 55 * time.Second, Level: 1}},
	}
	slow = synth.Symptom{
		Onset:  synth.Curve{{At: cacheExpires}, {At: cacheExpires + 30*time.Second, Level: 0.7}, {At: cacheExpires + time.Minute, Level: 1}},
		Relief: relief,
		Return: synth.Curve{{At: 10 * time.Second}, {At: 40 * time.Second, Level: 1}},
	}
	fewerVisits = synth.Symptom{
		Onset:  synth.Curve{{At: cacheExpires}, {At: cacheExpires + 4*time.Minute, Level: 1}},
		Relief: synth.Curve{{At: 30 * time.Second, Level: 1}, {At: 2 * time.Minute}},
		Return: synth.Curve{{At: 15 * time.Second}, {At: time.Minute, Level: 1}},
	}
	slowNames = synth.Symptom{
		Onset:  synth.Curve{{At: cacheExpires}, {At: cacheExpires + 40*time.Second, Level: 1}},
		Relief: synth.Curve{{At: 8 * time.Second, Level: 1}, {At: 20 * time.Second}},
		Return: synth.Curve{{At: 5 * time.Second}, {At: 20 * time.Second, Level: 1}},
	}
	poolTaken = synth.Symptom{
		Onset:  synth.Curve{{At: cacheExpires}, {At: cacheExpires + time.Minute, Level: 1}},
		Relief: synth.Curve{{At: 15 * time.Second, Level: 1}, {At: 45 * time.Second, Level: 0.3}, {At: 80 * time.Second}},
		Return: synth.Curve{{At: 10 * time.Second}, {At: 50 * time.Second, Level: 1}},
	}
	relief = synth.Curve{
		{At: 10 * time.Second, Level: 1}, {At: 37 * time.Second, Level: 0.05},
		{At: 45 * time.Second, Level: 0.03}, {At: 52 * time.Second},
	}
)

// While connections are being made anew, some requests are moderately slow.
var settling = synth.Curve{
	{At: 20 * time.Second}, {At: 30 * time.Second, Level: 1}, {At: 48 * time.Second, Level: 1}, {At: 52 * time.Second},
}

// conditions are the levels at one second, each from 0 to 1.
type conditions struct {
	failing, slow, fewerVisits, slowNames, poolTaken, settling float64
	// silent: names are resolved by way of the node's cache and a far server. recovered: after the first fix.
	silent, recovered bool
}

// course is what happens over time: the story up to the alert, and what was done since.
type course struct {
	alert time.Time
	done  []synth.Transition
}

func (c course) at(second time.Time) conditions {
	now := conditions{
		failing:     failing.At(second, c.alert, c.done),
		slow:        slow.At(second, c.alert, c.done),
		fewerVisits: fewerVisits.At(second, c.alert, c.done),
		slowNames:   slowNames.At(second, c.alert, c.done),
		poolTaken:   poolTaken.At(second, c.alert, c.done),
		silent:      !second.Before(c.alert.Add(coreDNSCrashes)),
	}
	for _, transition := range c.done {
		if transition.Fixed && !second.Before(transition.At.Add(20*time.Second)) {
			now.recovered = true
		}
	}
	if last, ok := c.last(second); ok && last.Fixed {
		now.settling = settling.At(second.Sub(last.At))
	}
	return now
}

// last is what was done last before a moment.
func (c course) last(at time.Time) (synth.Transition, bool) {
	for i := len(c.done) - 1; i >= 0; i-- {
		if !c.done[i].At.After(at) {
			return c.done[i], true
		}
	}
	return synth.Transition{}, false
}

// policyInForce says whether the network policy exists.
func (c course) policyInForce(at time.Time) bool {
	if last, ok := c.last(at); ok {
		return !last.Fixed
	}
	return !at.Before(c.alert.Add(policyApplied))
}

// coreDNSDown says whether CoreDNS's pods are crashing.
func (c course) coreDNSDown(at time.Time) bool {
	last, ok := c.last(at)
	switch {
	case !ok:
		return !at.Before(c.alert.Add(coreDNSCrashes))
	case last.Fixed:
		return at.Before(last.At.Add(coreDNSRecovers))
	default:
		return !at.Before(last.At.Add(coreDNSRelapses))
	}
}
