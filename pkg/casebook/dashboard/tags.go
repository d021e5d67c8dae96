package dashboard

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Prefixes of the tags by which cases are found.
const (
	serviceTag = "service:"
	verdictTag = "verdict:"
	stateTag   = "state:"
	sourceTag  = "source:"
	mostTag    = 50 // bytes; Grafana's databases keep no more
	tagHash    = 4  // bytes
)

// Tags are what a case is found by.
func Tags(s *incident.SavedCase, source Source) []string {
	return []string{marked, ServiceTag(s.Case.Subject.Service), VerdictTag(s.Case.Verdict.Level), StateTag(s.State()), SourceTag(source)}
}

// SourceTag is the tag of the cases of one environment: several of an organization share the folder. It holds the uid of the
// data source, since names change; a uid has at most 40 bytes.
func SourceTag(source Source) string { return sourceTag + source.UID }

// Marked is the tag of all cases.
func Marked() string { return marked }

// ServiceTag is the tag of a service's cases. Of a name that is too long for a tag the end is replaced by a hash.
func ServiceTag(service string) string {
	tag := serviceTag + service
	if len(tag) <= mostTag {
		return tag
	}
	sum := sha256.Sum256([]byte(service))
	suffix := "-" + hex.EncodeToString(sum[:tagHash])
	return strings.ToValidUTF8(tag[:mostTag-len(suffix)], "") + suffix
}

// VerdictTag is the tag of cases with a verdict of that level.
func VerdictTag(level incident.Level) string { return verdictTag + string(level) }

// StateTag is the tag of cases in that state.
func StateTag(state incident.CaseState) string { return stateTag + string(state) }

// ReadTags gives what a case's tags say: its service, cut where it was too long, its verdict and its state.
func ReadTags(tags []string) (service string, verdict incident.Level, state incident.CaseState) {
	for _, tag := range tags {
		if rest, is := strings.CutPrefix(tag, serviceTag); is {
			service = rest
		} else if rest, is := strings.CutPrefix(tag, verdictTag); is {
			verdict = incident.Level(rest)
		} else if rest, is := strings.CutPrefix(tag, stateTag); is && slices.Contains(incident.CaseStates(), incident.CaseState(rest)) {
			state = incident.CaseState(rest)
		}
	}
	return service, verdict, state
}
