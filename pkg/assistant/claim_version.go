package assistant

import (
	"context"
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// versionClaim is "only version V of X fails": of the versions of X that serve requests, spans of V alone fail.
type versionClaim struct{ version, service string }

func (v versionClaim) says() string {
	return fmt.Sprintf("of %s only version %s fails", wording.Quoted(v.service), wording.Quoted(v.version))
}

const (
	traitsStep       = "example/traits"
	versionAttribute = "service.version" // OpenTelemetry's, of resources
	leastFailing     = 5                 // failing traces that can confirm the claim
)

func (v versionClaim) check(ctx context.Context, c *caller, l looking) (checked, error) {
	found, err := l.look(ctx, c, v.service, untilExample)
	if err != nil {
		return checked{}, err
	}
	others, err := c.search(ctx, v.query(), found.found.Window)
	if err != nil {
		return checked{}, err
	}
	result, reason := v.judge(found.found, others)
	return checked{result: result, why: reason, of: []seen{{found, traitsStep}}, queries: []incident.Query{others.Query()}}, nil
}

// query finds failed spans of the service's other versions.
func (v versionClaim) query() string {
	return traceql.MostRecent(traceql.Spans(traceql.Service(v.service), traceql.OtherResource(versionAttribute, v.version), traceql.Failed()))
}

// judge decides the claim by failed spans of other versions, of which one disproves it, and by how versions differ between failing and
// passing traces.
func (v versionClaim) judge(found *incident.Case, others source.Answer) (result, reason string) {
	switch {
	case len(others.Traces) > 0:
		return doesNotHold, fmt.Sprintf("Spans of other versions fail too, for example in trace %s.", printable(others.Traces[0].ID, longestName))
	case others.Problem != nil:
		return cannotBeTold, "Failed spans of other versions could not be searched: " + others.Problem.Sentence
	case others.Truncated || len(others.Warnings) > 0:
		return cannotBeTold, "Only a part of the traces was searched for failed spans of other versions."
	case why(found, traitsStep) != "":
		return cannotBeTold, why(found, traitsStep)
	case found.Facts.Failing == nil || found.Facts.Failing.Slow || len(found.Facts.Failing.Refused) > 0:
		return cannotBeTold, fmt.Sprintf("No failing traces of %s were found.", wording.Quoted(v.service))
	}
	trait := v.trait(found.Facts.Traits)
	switch {
	case trait == nil:
		return cannotBeTold, fmt.Sprintf("No failed span of another version was found, but the versions of failing and passing traces of %s do not differ more than chance explains.", wording.Quoted(v.service))
	case trait.Failing < trait.FailingOf:
		return cannotBeTold, fmt.Sprintf("Only %d of %d failing traces that were compared have this version, and the others do not say theirs.", trait.Failing, trait.FailingOf)
	case trait.FailingOf < leastFailing || trait.Passing == trait.PassingOf:
		return cannotBeTold, "Too few traces of this and of other versions could be compared."
	}
	return holds, fmt.Sprintf("All %d failing traces that were compared have version %s, and %d of %d passing ones; no failed span of another version was found.", trait.FailingOf,
		wording.Quoted(v.version), trait.Passing, trait.PassingOf)
}

// trait is how the version differs between failing and passing traces; nil where it does not.
func (v versionClaim) trait(all *incident.Traits) *incident.Trait {
	if all == nil {
		return nil
	}
	for i, t := range all.Traits {
		if t.Service == v.service && t.Attribute == versionAttribute && t.Value == v.version {
			return &all.Traits[i]
		}
	}
	return nil
}
