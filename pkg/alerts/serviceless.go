package alerts

import (
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/firing"
)

// aboutNoService says of an alert that is about no service, whatever its labels say, what it is: a sentence. Empty for all others.
func aboutNoService(a MessageAlert) (Result, string) {
	name := a.Labels["alertname"]
	rule := ""
	if a.Labels["rulename"] != "" {
		rule = fmt.Sprintf(" of the rule %q", cut(a.Labels["rulename"], mostValue))
	}
	source := "the data source"
	if uid := a.Labels["datasource_uid"]; uid != "" {
		source += " " + cut(uid, mostFingerprint)
	}
	switch {
	case name == firing.QueryFailed:
		reason := ""
		if said := a.Annotations["Error"]; said != "" {
			reason = ": " + cut(said, mostValue)
		}
		return SourceFailed, fmt.Sprintf("Grafana could not evaluate a query%s: %s failed%s. This says nothing about a service.", rule, source, reason)
	case name == firing.NoData:
		return SourceFailed, fmt.Sprintf("A query%s returned no data from %s. Check that the telemetry still arrives; this says nothing about a service.", rule, source)
	case firing.AlwaysFires(name):
		return NoService, "The alert shows that alerting works, and is about no service."
	case name == "TestAlert" && a.Labels["instance"] == "Grafana":
		return NoService, "This is the test message of a contact point."
	}
	return "", ""
}
