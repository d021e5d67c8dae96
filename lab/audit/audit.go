// Package audit recomputes the numbers of an investigation from the stores, with queries of its own and none of the product's code,
// and says where a statement and the stores differ. It shares nothing with what it audits but the case document.
package audit

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

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
	Telling   bool   // twice the number, or half of it, would not have agreed
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
	number  string
	said    float64
	unit    incident.Unit
	how     string
	slack   float64
	atLeast bool // there may be more
	about   bool // some examples tell no more than about where the truth lies
	truth   func(ctx context.Context) (float64, error)
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
		for _, f := range step.Findings {
			for _, v := range f.Values {
				for _, row := range a.rowsOf(ctx, f, v) {
					row.Step, row.Statement = step.Key(), f.Sentence
					rows = append(rows, row)
				}
			}
		}
	}
	return rows, nil
}

// rowsOf are the rows of one number, and of what it was before: what nothing recomputes has one too.
func (a *auditor) rowsOf(ctx context.Context, f incident.Finding, v incident.Value) []Row {
	var rows []Row
	for _, k := range a.checksOf(f, v) {
		rows = append(rows, a.rowOf(ctx, k))
	}
	unread := Row{Number: nameOf(v), Unit: v.Unit, Said: v.Value, True: math.NaN(), Outcome: NotAudited, Why: "nothing recomputes it"}
	if len(rows) == 0 {
		rows = append(rows, unread)
	}
	if v.Baseline != nil && len(rows) == 1 {
		unread.Number, unread.Said = unread.Number+", before", *v.Baseline
		rows = append(rows, unread)
	}
	return rows
}

func (a *auditor) rowOf(ctx context.Context, k check) Row {
	row := Row{Number: k.number, Unit: k.unit, Said: k.said, True: math.NaN(), Outcome: NotAudited}
	truth, err := k.truth(ctx)
	if err == nil && k.judge(truth) != Agrees { // what a store was just writing it may have left out
		a.prometheus.forget()
		a.tempo.forget()
		a.loki.forget()
		truth, err = k.truth(ctx)
	}
	if err != nil {
		row.Why = err.Error()
		return row
	}
	row.True, row.Why, row.Outcome = truth, k.how, k.judge(truth)
	twice, half := k, k
	twice.said, half.said = 2*k.said, k.said/2
	row.Telling = !k.about && (twice.judge(truth) != Agrees || half.judge(truth) != Agrees)
	return row
}

// nameOf names a number and whose it is.
func nameOf(v incident.Value) string {
	if len(v.Labels) == 0 {
		return v.Name
	}
	var whose []string
	for _, label := range slices.Sorted(maps.Keys(v.Labels)) {
		whose = append(whose, v.Labels[label])
	}
	return v.Name + " of " + strings.Join(whose, ", ")
}

// roughly is the part of a number by which some examples may miss it: those of the audit are of other minutes than those of the product,
// and requests of an incident are not alike.
const roughly = 0.5

// judge compares a number with the true one.
func (k check) judge(truth float64) Outcome {
	slack := k.slack
	if k.about {
		slack = math.Max(slack, roughly*math.Abs(k.said))
	}
	switch {
	case math.Abs(k.said-truth) <= slack, k.atLeast && truth >= k.said:
		return Agrees
	case k.said == 0:
		return Denies
	}
	return Differs
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

// Share is the part of the numbers that was recomputed; 0 of none.
func Share(rows []Row) float64 {
	if len(rows) == 0 {
		return 0
	}
	audited := 0
	for _, r := range rows {
		if r.Outcome != NotAudited {
			audited++
		}
	}
	return float64(audited) / float64(len(rows))
}

// Telling is the part of the recomputed numbers other than 0 that would not have agreed if they were twice as large, or half.
func Telling(rows []Row) float64 {
	audited, telling := 0, 0
	for _, r := range rows {
		if r.Outcome == NotAudited || r.Said == 0 {
			continue
		}
		audited++
		if r.Telling {
			telling++
		}
	}
	return float64(telling) / math.Max(float64(audited), 1)
}

// Summary counts the rows by their outcome.
func Summary(rows []Row) string {
	counts := map[Outcome]int{}
	for _, r := range rows {
		counts[r.Outcome]++
	}
	return fmt.Sprintf("%d numbers, %.0f%% of them audited: %d agree, %d differ, %d deny what is there, %d not audited. Of the audited ones, %.0f%% would not agree twice as large or half.",
		len(rows), 100*Share(rows), counts[Agrees], counts[Differs], counts[Denies], counts[NotAudited], 100*Telling(rows))
}
