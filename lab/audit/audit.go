// Package audit recomputes the numbers of an investigation from the stores, with queries of its own and none of the product's code,
// and says where a statement and the stores differ. It shares nothing with what it audits but the case document.
package audit

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Stores are the addresses of the stores that were investigated; a user and password in one are basic authentication.
type Stores struct{ Prometheus, Tempo, Loki string }

// Outcome is what became of one number.
type Outcome string

// What can become of a number.
const (
	Agrees     Outcome = "agrees"
	Differs    Outcome = "differs"     // beyond what sampling allows
	Denies     Outcome = "denies"      // the statement says that there is none, and there is
	NotAudited Outcome = "not audited" // nothing recomputes it, or the store did not answer
)

// Row is one number of one statement.
type Row struct {
	Step      string // key
	Statement string
	Number    string
	Unit      incident.Unit
	Said      float64
	True      float64 // NaN where it is not known
	Outcome   Outcome
	Why       string // with NotAudited: why; else how it was recomputed
}

// auditor recomputes the numbers of one case.
type auditor struct {
	c          *incident.Case
	prometheus *api
	tempo      *api
	loki       *api
}

// check recomputes one number. Slack is how far the true one may be from what was said, as sampling allows.
type check struct {
	number string
	said   float64
	unit   incident.Unit
	how    string
	slack  float64
	truth  func(ctx context.Context) (float64, error)
}

// Run recomputes what it can of the case's findings. Its error says that a store could not be reached at all.
func Run(ctx context.Context, stores Stores, c *incident.Case) ([]Row, error) {
	a := &auditor{c: c}
	var err error
	for _, store := range []struct {
		into    **api
		address string
	}{{&a.prometheus, stores.Prometheus}, {&a.tempo, stores.Tempo}, {&a.loki, stores.Loki}} {
		if *store.into, err = newAPI(store.address); err != nil {
			return nil, err
		}
	}
	var rows []Row
	for _, step := range c.Steps {
		key := string(step.Phase) + "/" + step.ID
		checks := a.checksOf(key, step)
		for i, f := range step.Findings {
			rows = append(rows, a.rowsOf(ctx, key, f, checks[i])...)
		}
	}
	return rows, nil
}

// rowsOf are the rows of one finding: a number that nothing recomputes has one too.
func (a *auditor) rowsOf(ctx context.Context, key string, f incident.Finding, checks []check) []Row {
	rows := make([]Row, 0, len(checks))
	for _, k := range checks {
		row := Row{Step: key, Statement: f.Sentence, Number: k.number, Unit: k.unit, Said: k.said, True: math.NaN(), Outcome: NotAudited}
		truth, err := k.truth(ctx)
		if err == nil && judge(k.said, truth, k.slack) != Agrees {
			truth, err = k.truth(ctx) // what a store was just writing it may have left out
		}
		switch {
		case err != nil:
			row.Why = err.Error()
		default:
			row.True, row.Why = truth, k.how
			row.Outcome = judge(k.said, truth, k.slack)
		}
		rows = append(rows, row)
	}
	if len(checks) > 0 {
		return rows
	}
	for _, v := range f.Values {
		rows = append(rows, Row{Step: key, Statement: f.Sentence, Number: v.Name, Unit: v.Unit, Said: v.Value, True: math.NaN(), Outcome: NotAudited,
			Why: "nothing recomputes it"})
	}
	return rows
}

// judge compares a number with the true one.
func judge(said, truth, slack float64) Outcome {
	switch {
	case math.Abs(said-truth) <= slack:
		return Agrees
	case said == 0:
		return Denies
	}
	return Differs
}

// ofShare is how far a share may be off that was read from so many requests: three standard deviations of either, and a tenth for
// the edges of the time.
func ofShare(share, requests float64) float64 {
	p := math.Min(math.Max(share, 1/math.Max(requests, 1)), 1)
	return 3*math.Sqrt(p*(1-math.Min(p, 0.99))/math.Max(requests, 1)) + 0.1*share + 0.002
}

// ofCount is how far a count may be off: lines and traces arrive while it is asked.
func ofCount(n float64) float64 { return 1 + 0.05*n }

// window is the time that a finding speaks of, or the last minutes.
func (a *auditor) window(f incident.Finding) incident.Window {
	if f.Interval != nil && f.Interval.Length() > time.Minute {
		return *f.Interval
	}
	return a.c.Window.Last(5 * time.Minute)
}

// Failed lists the rows in which a statement and the stores differ.
func Failed(rows []Row) []Row {
	var failed []Row
	for _, r := range rows {
		if r.Outcome == Differs || r.Outcome == Denies {
			failed = append(failed, r)
		}
	}
	return failed
}

// Summary counts the rows by their outcome.
func Summary(rows []Row) string {
	counts := map[Outcome]int{}
	for _, r := range rows {
		counts[r.Outcome]++
	}
	return fmt.Sprintf("%d numbers: %d agree, %d differ, %d deny what is there, %d not audited.", len(rows), counts[Agrees], counts[Differs], counts[Denies], counts[NotAudited])
}
