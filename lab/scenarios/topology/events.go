package topology

import (
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// event writes a Kubernetes event, or plans it where its time has not come.
func (g *generator) event(at time.Time, e Event) {
	if !at.Before(g.cursor.Add(time.Second)) {
		g.plan(at, []Happening{{Event: &e}})
		return
	}
	if e.Namespace == "" {
		e.Namespace = g.system.Namespace
	}
	kind, severity := "Normal", plog.SeverityNumberInfo
	if e.Warning {
		kind, severity = "Warning", plog.SeverityNumberWarn
	}
	if g.system.Logfmt {
		g.logs.Line(g.sender(e, "loki.source.kubernetes_events"), at, plog.SeverityNumberInfo, fmt.Sprintf(
			"name=%s kind=%s objectAPIversion=v1 eventRV=%d reportingcontroller=%s sourcecomponent=%s reason=%s type=%s count=%d msg=%q",
			e.Object, e.Kind, 40_000_000+at.Unix()%9_000_000, e.By, e.By, e.Reason, kind, max(1, e.Count), e.Message))
		return
	}
	record := g.logs.Line(g.sender(e, "k8s-events"), at, severity, e.Message)
	synth.Attributes{
		{Key: "k8s.event.reason", Value: e.Reason}, {Key: "k8s.event.type", Value: kind}, {Key: "k8s.event.count", Value: max(1, e.Count)},
		{Key: "k8s.event.name", Value: fmt.Sprintf("%s.%x", e.Object, at.UnixNano())},
		{Key: "k8s.event.reporting_component", Value: e.By}, {Key: "k8s.event.start_time", Value: at.UTC().Format(time.RFC3339)},
	}.PutInto(record.Attributes())
}

// sender is the resource under which events of an object are written.
func (g *generator) sender(e Event, service string) *synth.Resource {
	key := e.Namespace + "/" + e.Kind + "/" + e.Object
	if g.system.Logfmt {
		key = e.Namespace
	}
	if g.senders[key] == nil {
		attributes := synth.Attributes{{Key: "service.name", Value: service}, {Key: "k8s.cluster.name", Value: g.system.Cluster}, {Key: "k8s.namespace.name", Value: e.Namespace}}
		if !g.system.Logfmt {
			attributes = append(attributes, synth.Attribute{Key: "k8s.object.kind", Value: e.Kind}, synth.Attribute{Key: "k8s.object.name", Value: e.Object})
		}
		g.senders[key] = synth.NewResource(attributes)
	}
	return g.senders[key]
}
