package verdict

import (
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	fewestWithIt = 10  // affected traces, that all have a version or variant, from which that counts
	othersWithIt = 0.5 // of the other traces, that have it too at most
)

// addFit adds how the version or the variant that a change put to work fits the affected requests: that all of them have it, and few others.
func addFit(c *incident.Case, s *Suspect) {
	k := *s.change
	if f := k.Fit; fitsWell(f) {
		s.fits = true
		s.has(inTrace, "of the sampled requests since then, %d of %d with %s fail at %s, and %d of %d others", f.FailedWith, f.With, k.To, k.Of(), f.FailedOthers, f.Others)
		return
	}
	t := traitOf(c, k)
	if t == nil {
		return
	}
	s.fits = true
	s.has(inTrace, "all %d affected traces that touch %s have %s=%s, and %d of %d others", t.FailingOf, t.Service, t.Attribute, t.Value, t.Passing, t.PassingOf)
}

// fitsWell says that requests fail which met what is new, and hardly any of those beside them that did not.
func fitsWell(f *incident.ChangeFit) bool {
	if f == nil || f.FailedWith < fewestWithIt || f.Others < fewestWithIt {
		return false
	}
	with, others := float64(f.FailedWith)/float64(f.With), float64(f.FailedOthers)/float64(f.Others)
	return with >= max(someFail, newFailures*others) && significance.MoreOften(f.FailedWith, f.With, f.FailedOthers, f.Others) <= byChance
}

// traitOf is the trait that tells affected requests from others by what a change put to work; nil where there is none.
func traitOf(c *incident.Case, k incident.ClusterChange) *incident.Trait {
	if c.Facts.Traits == nil || k.To == "" {
		return nil
	}
	at := slices.IndexFunc(c.Facts.Traits.Traits, func(t incident.Trait) bool {
		if t.Value != k.To || !cluster.SameWorkload(t.Service, k.Of()) || t.Attribute != versionAttribute && !convention.IsFlagVariant(t.Attribute) {
			return false
		}
		return convention.IsFlagVariant(t.Attribute) == (k.Kind == incident.KindFeatureFlag) && t.FailingOf >= fewestWithIt && t.Failing == t.FailingOf &&
			float64(t.Passing) <= othersWithIt*float64(t.PassingOf) && t.Chance <= byChance
	})
	if at < 0 {
		return nil
	}
	return &c.Facts.Traits.Traits[at]
}

// onlyWithIt says that all affected requests met what the change put to work, while others that did not are well.
func onlyWithIt(_ *incident.Case, s *Suspect) bool { return s.fits && s.kinds[inTime] }

// storeOf is the store that the failing call goes to, where a change says that it is of that one: it names it or its table, or bears its
// name. Empty where nothing ties the two.
func storeOf(c *incident.Case, k incident.ClusterChange) string {
	if c.Facts.Culprit == nil || !slices.Contains([]string{incident.KindMigration, incident.KindBatchJob, incident.KindConfiguration, "Job"}, k.Kind) {
		return ""
	}
	span := c.Facts.Culprit.Span
	system, host := convention.Database(span)
	if system == "" && host == "" {
		return ""
	}
	said := strings.ToLower(strings.Join([]string{k.Object, k.Service, k.Text}, " "))
	for _, name := range convention.CalledNames(span) {
		const enough = 4
		if len(name) >= enough && name != system && !strings.HasPrefix(system, name) && (cluster.Quotes(said, strings.ToLower(name)) || cluster.SameWorkload(k.Of(), name)) {
			return name
		}
	}
	if table := convention.Table(span); system != "" && convention.NamesTable(k.Text, table) {
		return "table " + table
	}
	return ""
}
