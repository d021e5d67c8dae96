package cause

import (
	"fmt"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// shortlyBefore is how long before the onset the change of a service itself, without a sign in its pods, is likely to
// be what broke it: a bad version shows as soon as it gets traffic.
const shortlyBefore = 30 * time.Minute

const mostOthers = 3 // changes without a link that are shown as candidates

// otherChanges are the changes before the onset that no ailing workload links to the failure. One of a service that
// itself fails is a suspect; the others only are shown, since "what else changed?" is asked anyway. Scaling answers to
// load more often than it breaks something, and stays in the list of changes.
func otherChanges(c *incident.Case, symptoms []*suspect, linked map[string]bool) []*suspect {
	if c.Facts.Changes == nil {
		return nil
	}
	var all, unlinked []*suspect
	for _, k := range c.Facts.Changes.List {
		if !k.BeforeOnset || k.What == cluster.Scaled || linked[k.Key()] {
			continue
		}
		if s := serviceChange(c, k, symptoms); s != nil {
			all = append(all, s)
			continue
		}
		s := newSuspect(k.Object, strings.ToLower(k.Kind)+"/"+k.Object, cluster.DescribeChange(k))
		s.unlinked, s.change = true, &k
		s.speaks(inTime, "also changed before the onset: %s at %s, %s; nothing else links it to the failure", cluster.DescribeChange(k), wording.Clock(k.At), ahead(c, k))
		unlinked = append(unlinked, s)
	}
	if len(unlinked) > mostOthers {
		unlinked = unlinked[len(unlinked)-mostOthers:] // the latest
	}
	return append(all, unlinked...)
}

// serviceChange is a change shortly before the onset of a service that a symptom shows failing, or of the subject.
func serviceChange(c *incident.Case, k incident.ClusterChange, symptoms []*suspect) *suspect {
	onset := c.Facts.Onset
	if k.Kind != "Deployment" || k.What == cluster.Scaled || onset == nil || onset.Middle().Sub(k.At) > shortlyBefore {
		return nil
	}
	s := newSuspect(k.Object, "deployment/"+k.Object, fmt.Sprintf("%s at %s, and fails since", cluster.DescribeChange(k), wording.Clock(k.At)))
	s.depth, s.change, s.began = 1, &k, &incident.MovedAt{Earliest: k.At, Latest: k.At}
	s.speaks(inCluster, "%s at %s, %s", cluster.DescribeChange(k), wording.Clock(k.At), ahead(c, k))
	fails := cluster.SameWorkload(c.Subject.Service, k.Object)
	for _, symptom := range symptoms {
		if cluster.SameWorkload(symptom.service, k.Object) {
			fails = true
			s.inherits(symptom)
		}
	}
	if !fails {
		return nil
	}
	addOrder(c, s)
	return s
}
