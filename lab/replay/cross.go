package replay

import (
	"context"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"text/tabwriter"

	"golang.org/x/sync/errgroup"

	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
)

// Samples is how many samples of its requests each incident is ranked with.
const Samples = 3

// variant is the usual thresholds with one of them changed.
type variant struct {
	name       string
	value      float64
	thresholds rank.Thresholds
}

// variants are the usual thresholds first, and then each of them at values on both sides of it.
func variants() []variant {
	usual := rank.Usual()
	all := []variant{{name: "as in use", thresholds: usual}}
	add := func(name string, of func(*rank.Thresholds) *float64, values ...float64) {
		for _, value := range values {
			v := variant{name: name, value: value, thresholds: usual}
			*of(&v.thresholds) = value
			all = append(all, v)
		}
	}
	add("spreads that are wide", func(t *rank.Thresholds) *float64 { return &t.Wide }, 3, 4, 7, 10)
	add("share that is much longer", func(t *rank.Thresholds) *float64 { return &t.MuchLonger }, 0.25, 1)
	add("times a metric's level", func(t *rank.Thresholds) *float64 { return &t.ManyTimes }, 1.2, 2)
	add("left of a change", func(t *rank.Thresholds) *float64 { return &t.StillThere }, 0.25, 0.75)
	add("caller's change explained", func(t *rank.Thresholds) *float64 { return &t.ComesWith }, 0.6, 0.95)
	add("strength that explains", func(t *rank.Thresholds) *float64 { return &t.StrongFor }, 0.2, 0.7)
	add("kept by the explained", func(t *rank.Thresholds) *float64 { return &t.Behind }, 0.7, 0.99)
	add("weight without traces", func(t *rank.Thresholds) *float64 { return &t.Untraced }, 0, 0.25, 1)
	add("chance of one comparison", func(t *rank.Thresholds) *float64 { return &t.Significant }, 0.001, 0.003, 0.03, 0.1)
	return all
}

// trial is one incident with the places of its true service, by variant and sample; 0 where it is not ranked.
type trial struct {
	recording, fault string
	places           [][Samples]int
}

// Cross tries every threshold at other values, and cross-validates: the values that are best on all recordings but one, or
// on all kinds of fault but one, are tried on what was left out. It writes both tables.
func Cross(ctx context.Context, folder string, out io.Writer) error {
	found, _, err := recordings.Find(folder)
	if err != nil {
		return err
	}
	all := variants()
	var trials []*trial
	for _, r := range found {
		telemetry, err := Read(ctx, r)
		if err != nil {
			return fmt.Errorf("recording %s: %w", r.Name(), err)
		}
		for _, one := range r.Incidents {
			if one.Fault() == "" {
				trials = append(trials, &trial{recording: r.Name(), fault: one.Truth.Fault, places: make([][Samples]int, len(all))})
				if err := trials[len(trials)-1].run(ctx, telemetry, one, all); err != nil {
					return err
				}
			}
		}
	}
	return writeTables(out, all, trials)
}

// run ranks an incident with every variant and sample.
func (t *trial) run(ctx context.Context, telemetry *Telemetry, one recordings.Incident, all []variant) error {
	group, each := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for sample := range Samples {
		in := telemetry.Sample(one.Alert.Service, one.Alert.At, uint64(sample))
		for v := range all {
			group.Go(func() error {
				suspects := all[v].thresholds.Rank(in).Suspects
				t.places[v][sample] = slices.IndexFunc(suspects, func(s rank.Suspect) bool { return s.Service == one.Truth.Service }) + 1
				return each.Err()
			})
		}
	}
	return group.Wait()
}

// within is the share of runs whose true service is among the first k.
func within(trials []*trial, variant, k int) float64 {
	hits, of := 0, 0
	for _, t := range trials {
		for _, place := range t.places[variant] {
			of++
			if place >= 1 && place <= k {
				hits++
			}
		}
	}
	return float64(hits) / float64(max(1, of))
}

// best is the variant with the most true services first, then among the first three; the one in use where it is as good.
func best(trials []*trial, variants int) int {
	chosen := 0
	for v := 1; v < variants; v++ {
		first, known := within(trials, v, 1), within(trials, chosen, 1)
		if first > known || first == known && within(trials, v, 3) > within(trials, chosen, 3) {
			chosen = v
		}
	}
	return chosen
}

// writeTables writes the two tables.
func writeTables(out io.Writer, all []variant, trials []*trial) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	say := func(text string, values ...any) { _, _ = fmt.Fprintf(t, text, values...) } // Flush gives the error
	say("threshold\tvalue\tAC@1\tAC@3\n")
	for v, one := range all {
		value := "-"
		if v > 0 {
			value = fmt.Sprint(one.value)
		}
		say("%s\t%s\t%.3f\t%.3f\n", one.name, value, within(trials, v, 1), within(trials, v, 3))
	}
	say("\nleft out\tn\tbest on the others\tAC@1\tAC@3\tas in use: AC@1\tAC@3\n")
	for _, by := range []func(*trial) string{func(t *trial) string { return t.recording }, func(t *trial) string { return t.fault }} {
		folds := map[string][]*trial{}
		for _, one := range trials {
			folds[by(one)] = append(folds[by(one)], one)
		}
		for _, name := range slices.Sorted(maps.Keys(folds)) {
			others := slices.DeleteFunc(slices.Clone(trials), func(one *trial) bool { return by(one) == name })
			if len(others) == 0 {
				continue
			}
			v := best(others, len(all))
			chosen := all[v].name
			if v > 0 {
				chosen = fmt.Sprintf("%s %v", chosen, all[v].value)
			}
			held := folds[name]
			say("%s\t%d\t%s\t%.3f\t%.3f\t%.3f\t%.3f\n", name, len(held), chosen, within(held, v, 1), within(held, v, 3), within(held, 0, 1), within(held, 0, 3))
		}
	}
	return t.Flush()
}
