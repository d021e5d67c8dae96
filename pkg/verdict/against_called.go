package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// othersAreServed: where others' calls to the same thing are well, the trouble is on this caller's side.
func othersAreServed(c *incident.Case, s *Suspect) *incident.Contradiction {
	called, caller := s.called(c)
	if called == "" {
		return nil
	}
	observation := fmt.Sprintf("calls of other services to %s are well", called)
	return asking(contradiction("others-are-served", observation, incident.NotKnown, "calls of other services were not looked at"),
		search(c, traceql.Spans(traceql.OtherThan(caller), traceql.Calling(called)),
			fmt.Sprintf("Finds calls of other services to %s since the onset. If they fail or wait too, the trouble is at %s; if they are well, it is between %s and %s.", called, called, caller, called)))
}

// called is what the suspect says is called without a trace, and by whom; empty where it says no such thing.
func (s *Suspect) called(c *incident.Case) (called, caller string) {
	if s.calledBy != "" {
		return cmp.Or(s.address, s.target.Name), s.calledBy
	}
	if k := c.Facts.Culprit; k != nil && k.External != "" && k.Span.Service == s.service {
		return k.External, s.service
	}
	return "", ""
}

// ownerSaysWell: where the owner of a host outside reports nothing, the host may be well.
func ownerSaysWell(c *incident.Case, s *Suspect) *incident.Contradiction {
	called, _ := s.called(c)
	h := healthOf(&c.Facts, called)
	if h == nil {
		return nil
	}
	const id = "owner-says-well"
	observation := fmt.Sprintf("the status page of %s reports no incident", h.Name)
	switch {
	case h.Report == nil || h.Report.Indicator == "":
		return contradiction(id, observation, incident.NotKnown, "the page could not be read")
	case h.isWell():
		return contradiction(id, observation, incident.Seen, "it says %s", wording.Quoted(h.Report.Description))
	}
	return contradiction(id, observation, incident.NotSeen, "it says %s", wording.Quoted(h.Report.Description))
}

// ownerSaysIll: where the owner of the host that could not be reached reports an incident of its own, nothing of ours need be behind it.
func ownerSaysIll(c *incident.Case, _ *Suspect) *incident.Contradiction {
	h := healthOf(&c.Facts, c.Facts.FailedHost())
	if h == nil {
		return nil
	}
	const id = "owner-says-ill"
	observation := fmt.Sprintf("the status page of %s reports an incident", h.Name)
	switch {
	case h.Report == nil || h.Report.Indicator == "":
		return contradiction(id, observation, incident.NotKnown, "the page could not be read")
	case h.isWell():
		return contradiction(id, observation, incident.NotSeen, "it says %s", wording.Quoted(h.Report.Description))
	}
	return contradiction(id, observation, incident.Seen, "it says %s", wording.Quoted(h.Report.Description))
}

// outside is a host outside with what its owner says.
type outside struct{ *incident.ExternalHealth }

func (h outside) isWell() bool {
	return h.Report.Indicator == "none" && len(h.Report.Incidents) == 0
}

func healthOf(f *incident.Facts, host string) *outside {
	if f.Externals == nil || host == "" {
		return nil
	}
	at := slices.IndexFunc(f.Externals.Hosts, func(h incident.ExternalHealth) bool { return strings.EqualFold(h.Host, host) })
	if at < 0 {
		return nil
	}
	return &outside{&f.Externals.Hosts[at]}
}

// oldVersionFails: where requests that the version from before handles fail too, the rollout is not behind it.
func oldVersionFails(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id, observation = "old-version-fails", "the version from before the change fails as well"
	if s.change == nil || s.change.Action != incident.RolledOut && s.change.Action != incident.Versioned {
		return nil
	}
	if t := c.Facts.Traits; t != nil {
		for _, trait := range t.Traits {
			if trait.Attribute == versionAttribute && cluster.SameWorkload(trait.Service, s.change.Object) && (s.change.To == "" || s.change.To == trait.Value) && trait.Failing == trait.FailingOf {
				return contradiction(id, observation, incident.NotSeen, "all %d failing traces that touch %s are of version %s, and %d of %d others",
					trait.FailingOf, trait.Service, trait.Value, trait.Passing, trait.PassingOf)
			}
		}
	}
	var query *incident.OpenQuery
	if hurt, known := affected(c); known {
		text := traceql.Selecting(traceql.Spans(append(spansOf(c, s.service), hurt...)...), incident.AttributeName{Resource: true, Name: versionAttribute},
			incident.AttributeName{Resource: true, Name: "k8s.pod.name"})
		query = search(c, text, fmt.Sprintf("Shows which version and pod of %s handled the affected requests. If both versions do, the rollout is not behind it.", s.service))
	}
	return asking(contradiction(id, observation, incident.NotKnown, "no attribute of the traces that were compared tells the versions apart"), query)
}

const versionAttribute = convention.ServiceVersion

// areRetries: requests that come again because they fail are no load of their own.
func areRetries(c *incident.Case, _ *Suspect) *incident.Contradiction {
	const id = "retries"
	observation := "the same requests come again"
	w := witnessesOfLoad(c)
	switch {
	case w.repeats == 0:
		return contradiction(id, observation, incident.NotKnown, "too few traces from before and since show how often each calls %s", c.Subject.Service)
	case w.repeats >= manyRepeats:
		return contradiction(id, observation, incident.Seen, "a trace calls %s %.1f times as often as before", c.Subject.Service, w.repeats)
	}
	return contradiction(id, observation, incident.NotSeen, "a trace calls %s %.1f times as often as before", c.Subject.Service, w.repeats)
}

// notInLinesOrTraces: a load that only one counter shows may be that counter's.
func notInLinesOrTraces(c *incident.Case, _ *Suspect) *incident.Contradiction {
	const id, observation = "load-in-one-counter", "neither log lines nor traces show more requests"
	w := witnessesOfLoad(c)
	switch {
	case w.lines > 0 && w.lines >= w.traces:
		return contradiction(id, observation, incident.NotSeen, "%.1f times as many log lines as before", w.lines)
	case w.traces > 0:
		return contradiction(id, observation, incident.NotSeen, "%.1f times as many traces as before", w.traces)
	}
	return contradiction(id, observation, incident.NotKnown, "too few of either are known")
}

// lookupsAreQuick: a name server in trouble shows in the lookups.
func lookupsAreQuick(c *incident.Case, s *Suspect) *incident.Contradiction {
	if s.link == "" {
		return nil
	}
	const id, observation = "lookups-are-quick", "DNS lookups take no longer than usual"
	l := c.Facts.Lookups
	switch {
	case l == nil:
		return contradiction(id, observation, incident.NotKnown, "nothing measures how long they take")
	case l.Abnormal:
		return contradiction(id, observation, incident.NotSeen, "%s by %s take %s, normally %s", l.What, l.Service, numbers.Duration(l.Now), numbers.Duration(l.Normal))
	}
	return contradiction(id, observation, incident.Seen, "%s by %s take %s, normally %s", l.What, l.Service, numbers.Duration(l.Now), numbers.Duration(l.Normal))
}
