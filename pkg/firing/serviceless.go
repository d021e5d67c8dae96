package firing

import "regexp"

// Grafana's alerts about its own evaluation keep the labels of their rule, so that they seem to be about its service.
const (
	QueryFailed = "DatasourceError"
	NoData      = "DatasourceNoData"
)

var always = regexp.MustCompile(`(?i)^(watch[-_ ]?dog|dead[-_ ]?man.*|heart[-_ ]?beat|always[-_ ]?firing)$`)

// AlwaysFires says of an alert's name that it fires as long as alerting works, by the names that people give such alerts.
func AlwaysFires(name string) bool { return always.MatchString(name) }

// Serviceless says of an alert's name that it is about no service, whatever its labels say.
func Serviceless(name string) bool { return name == QueryFailed || name == NoData || AlwaysFires(name) }
