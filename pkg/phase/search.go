package phase

import (
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// Search asks for the newest traces that a query finds, so that the same window has the same answer in every run; with some of
// their matching spans where spans is positive. Its error is a Skip where names make the query longer than Tempo takes.
func Search(name, query string, window incident.Window, limit, spans int) (source.Question, error) {
	if !traceql.Fits(query) {
		return source.Question{}, Skipf("Investigate the service without its operation, if that is what is long.",
			"The names of the service and its operation make the TraceQL query longer than Tempo reads.")
	}
	return source.Question{Name: name, Kind: source.TraceSearch, Text: traceql.MostRecent(query), Window: window, Limit: limit, Spans: spans}, nil
}
