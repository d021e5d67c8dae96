package verdict

import (
	"fmt"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// timeline lists what is known to have happened, from the cause to the symptom, in the order of time.
func (l list) timeline(c *incident.Case, named *Suspect) []incident.Link {
	links := append([]incident.Link{}, l.opening(c, named)...)
	for _, k := range l {
		if k.Timeline != nil && (named == nil || k.Kind != named.kind) {
			links = append(links, k.Timeline(k.view(c), nil)...)
		}
	}
	f := c.Facts
	if f.Latency != nil && f.Latency.Worse {
		links = append(links, linked(f.Latency.Moved, "impact/latency", "%s of %s rises to %s", f.Latency.Latency(), c.Subject.Service, numbers.Bound(f.Latency.Now, incident.Seconds, f.Latency.AtLeast))...)
	}
	if f.Errors != nil && f.Errors.Worse {
		links = append(links, linked(f.Errors.Moved, "impact/error-rate", "errors of %s rise to %s", c.Subject.Service, numbers.Percent(f.Errors.Now))...)
	}
	if f.Refused != nil && f.Refused.Worse {
		links = append(links, linked(f.Refused.Moved, "impact/status-codes", "client errors of %s rise to %s", c.Subject.Service, numbers.Percent(f.Refused.Now))...)
	}
	if f.Traffic != nil && f.Traffic.Worse {
		links = append(links, linked(f.Traffic.Moved, "impact/request-rate", "requests to %s fall to %s", c.Subject.Service, numbers.Say(f.Traffic.Now, f.Traffic.Unit))...)
	}
	sort.SliceStable(links, func(i, j int) bool { return links[i].At.Before(links[j].At) })
	told := map[string]int{} // links of each step
	for i := range links {
		if told[links[i].Step]++; links[i].About == "" {
			links[i].About = fmt.Sprintf("link/%d", told[links[i].Step])
		}
	}
	return links
}

// opening is what the named cause tells, how it began, and how its requests changed.
func (l list) opening(c *incident.Case, named *Suspect) []incident.Link {
	if named == nil {
		return nil
	}
	var links []incident.Link
	if k, _ := l.of(named.kind); k.Timeline != nil {
		links = k.Timeline(k.view(c), named)
	}
	if named.begins.Sentence != "" {
		links = append(links, named.begins)
	}
	r := c.Facts.Ranking
	if named.ranked != nil && r != nil && r.Onset != nil && r.Services[0].Service == named.telling() {
		links = append(links, rankedLink(c, *r.Onset, named.ranked))
	}
	return links
}

// rankedLink is when the requests of a service are known to have changed. Where what shows it leaves more than a minute open it says
// so, and stands where the service's own numbers moved within that time: nobody knows which came first.
func rankedLink(c *incident.Case, began incident.MovedAt, s *incident.RankedService) incident.Link {
	first := s.Evidence[0]
	sentence := difference.Describe(s.Service, first)
	if began.Margin() <= exactly {
		return linkAt(began.Middle(), "cause/ranking", "%s", sentence)
	}
	at, onset := began.Earliest, c.Facts.Onset
	if onset != nil && at.Before(onset.Earliest) && !began.Latest.Before(onset.Earliest) {
		at = onset.Earliest
	}
	return linkAt(at, "cause/ranking", "%s; %s show only that this began between %s and %s", sentence, shownBy(first), wording.Clock(began.Earliest), wording.Clock(began.Latest))
}

// linked is a link of something that moved, which says so where more than a minute is left open; none where it is not known when.
func linked(moved *incident.MovedAt, step, sentence string, values ...any) []incident.Link {
	if moved == nil {
		return nil
	}
	if moved.Margin() > exactly {
		sentence += ", some time between %s and %s"
		values = append(values, wording.Clock(moved.Earliest), wording.Clock(moved.Latest))
	}
	return []incident.Link{linkAt(moved.Middle(), step, sentence, values...)}
}

func linkAt(at time.Time, step, sentence string, values ...any) incident.Link {
	said := wording.Textf(sentence, values...)
	return incident.Link{At: at, Step: step, Sentence: said.Plain(), Moments: said.Moments()}
}

// moves is the timeline of a number that became abnormal, whichever cause is named.
func moves(use *incident.Comparison, step, sentence string, values ...any) []incident.Link {
	if use == nil || !use.Abnormal {
		return nil
	}
	return linked(use.Moved, step, sentence, values...)
}
