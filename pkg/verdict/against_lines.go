package verdict

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/logql"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
)

// complaints are the words, in any case, with which services say that something went wrong.
const complaints = "(?i)(error|exception|fatal|panic|fail|time[d]? ?out|refused|denied)"

// linesSayOtherwise: the suspect's own log may name another reason. Where its lines are among the evidence they were read.
func linesSayOtherwise(c *incident.Case, s *Suspect) *incident.Contradiction {
	const id = "lines-say-otherwise"
	service := s.through()
	if service == "" || s.target.Type == "node" || s.kinds[inLogs] {
		return nil
	}
	k := contradiction(id, fmt.Sprintf("the log of %s names another reason", service), incident.NotKnown, "none of its lines is among the evidence")
	return asking(k, readLines(c, service))
}

// readLines is a query for a service's lines that complain; nil where the log store is not known, or would mix them with those of another
// system.
func readLines(c *incident.Case, service string) *incident.OpenQuery {
	labels := c.Facts.LogLabels
	if labels == nil || labels.Service == "" || c.Facts.Apart != nil && len(c.Facts.Apart.Others) > 0 {
		return nil
	}
	text, err := logql.Streams(labels.Service, service).Matching(complaints).Text()
	if err != nil { // a name that Loki's own parser does not read back
		return nil
	}
	return &incident.OpenQuery{Text: text, Language: "logql", Window: sinceOnset(c),
		Why: fmt.Sprintf("Shows what %s itself writes about failures since the onset. A reason that lies elsewhere speaks against the verdict.", service)}
}

// nothingIsSent: a service that nobody calls any more has not stopped by itself.
func nothingIsSent(c *incident.Case, s *Suspect) *incident.Contradiction {
	query := search(c, traceql.Spans(traceql.OtherThan(s.service), traceql.Calling(s.service)),
		fmt.Sprintf("Finds calls to %s since it stopped. If there are none, its callers stopped, and not %s.", s.service, s.service))
	return asking(contradiction("nothing-is-sent", fmt.Sprintf("nothing is sent to %s any more", s.service), incident.NotKnown, "its callers were not looked at"), query)
}
