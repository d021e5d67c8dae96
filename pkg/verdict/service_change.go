package verdict

import (
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// prompt is how soon after a change what it breaks begins: a bad version shows as soon as it gets traffic, which a rollout gives to it
// within minutes. One that served well for longer speaks against itself.
const prompt = 10 * time.Minute

var serviceChange = Cause{
	Kind:     "service-change",
	Means:    "a change of the failing service itself, or of the store that its failing call goes to, minutes before it began to fail",
	Needs:    []incident.Fact{incident.FactChanges, incident.FactOnset, incident.FactTraits, incident.FactCulprit},
	After:    append([]incident.CauseKind{breakingChange.Kind}, symptoms...),
	Depth:    1,
	Find:     findServiceChange,
	Likely:   serviceChangeIsLikely,
	Against:  []Observation{oldVersionFails, unhealthyBefore, otherChange},
	Timeline: changeTimeline,
	Advise:   adviseOnChange,
}

// ofServices are the kinds of change that are of a service, and of which one may be why it fails. Scaling answers to load more often than it
// breaks something, and a job is of no service.
var ofServices = []string{"Deployment", incident.KindVersion, incident.KindRelease, incident.KindFeatureFlag, incident.KindConfiguration, incident.KindMigration, incident.KindAnnotation}

// putToWork are those of which the failing requests can tell: they run in the version, or with the variant, that was put to work.
var putToWork = []string{"Deployment", incident.KindVersion, incident.KindFeatureFlag}

// serviceChangeIsLikely are the rules for a change of a service. Where only requests that met what is new fail, beside others that are well, it
// need not be known to the minute when it came. What a line or an annotation says was done is near in time and place at
// most: nothing shows that the failing requests met it.
var serviceChangeIsLikely = []Rule{ofWhatServes(afterIt(independentWitnesses)), ofWhatServes(afterIt(requestsFailSince)), ofWhatServes(afterIt(breaksWhatAlerted)),
	ofWhatServes(onlyWithIt)}

func ofWhatServes(holds Rule) Rule {
	return func(c *incident.Case, s *Suspect) bool {
		return slices.Contains(putToWork, s.change.Kind) && holds(c, s)
	}
}

// findServiceChange finds the changes shortly before the onset of a service that a symptom shows failing, or of the subject, or of the store
// that its failing call goes to. Where only the onset's margin reaches that near to the change, it says so.
func findServiceChange(c *incident.Case, earlier Suspects) Suspects {
	onset := c.Facts.Onset
	if c.Facts.Changes == nil || onset == nil {
		return nil
	}
	var all Suspects
	for _, k := range c.Facts.Changes.List {
		if !k.BeforeOnset || k.Action == incident.Scaled || earlier.isOf(k) || !slices.Contains(ofServices, k.Kind) || onset.Earliest.Sub(k.At) > prompt {
			continue
		}
		if s := changeOfFailing(c, earlier, k); s != nil {
			addOrder(c, s)
			all = append(all, s)
		}
	}
	return slices.Concat(only(all, func(s *Suspect) bool { return s.fits }), only(all, func(s *Suspect) bool { return !s.fits }))
}

// changeOfFailing is a change as a suspect; nil where it is neither of what fails nor of what that calls in vain.
func changeOfFailing(c *incident.Case, earlier Suspects, k incident.ClusterChange) *Suspect {
	of := k.Of()
	store := storeOf(c, k)
	if store != "" {
		of = c.Facts.Culprit.Span.Service
	}
	s := changeSuspect(c, of, k)
	if s.prompt = promptly(k, c.Facts.Onset.MovedAt); s.prompt {
		s.saying = wording.Textf("%s %s, and %sfails since", cluster.DescribeChange(k), changedAt(k), whoFails(k, of))
	} else {
		s.saying = wording.Textf("%s %s, %s", cluster.DescribeChange(k), changedAt(k), ahead(c, k))
	}
	fails := cluster.SameWorkload(c.Subject.Service, of)
	for _, symptom := range earlier.Of(symptoms...) {
		if cluster.SameWorkload(symptom.telling(), of) {
			fails = true
			s.inherits(symptom)
		}
	}
	if !fails {
		return nil
	}
	if store != "" {
		s.adds(inCluster, "it is of %s, which the failing call goes to", store)
	}
	addFit(c, s)
	return s
}

// whoFails names the service that fails, where the change's own words do not.
func whoFails(k incident.ClusterChange, service string) string {
	if k.Object == service {
		return ""
	}
	return service + " "
}

// promptly says that what a change may have broken began within minutes of it, whenever in its margin it happened.
func promptly(k incident.ClusterChange, began incident.MovedAt) bool {
	return began.Middle().Sub(k.Began().Earliest) <= prompt
}

func only(all Suspects, is func(*Suspect) bool) Suspects {
	return slices.DeleteFunc(slices.Clone(all), func(s *Suspect) bool { return !is(s) })
}
