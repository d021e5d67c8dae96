package frames

import (
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// number is one number of a case, for alert rules and for panels that show one.
type number struct {
	unit  string                          // Grafana's name of it; empty for counts
	rests []string                        // keys of the steps that it rests on
	read  func(c *incident.Case) *float64 // nil when there is none
}

// alone answers with one number: a wide frame of one value. Where there is none because nobody could look, the answer is
// an error, so that an alert rule does not take it for health.
func alone(refID, name string, kind queryType, c *incident.Case) backend.DataResponse {
	n := kind.numbers[name]
	value := n.read(c)
	if missing := unchecked(c, n.rests); value == nil && len(missing) > 0 {
		var reasons []string
		for _, s := range missing {
			reasons = append(reasons, sentence(s))
		}
		return refused(backend.StatusBadGateway, strings.Join(reasons, " "))
	}
	field := data.NewField(name, labels(c.Subject), []*float64{value})
	field.Config = &data.FieldConfig{Unit: n.unit}
	frame := data.NewFrame(name, field)
	frame.RefID = refID
	frame.Meta = meta(data.FrameTypeNumericWide)
	return backend.DataResponse{Frames: data.Frames{frame}}
}

func labels(s incident.Subject) data.Labels {
	l := data.Labels{"service": s.Service}
	if s.Operation != "" {
		l["operation"] = s.Operation
	}
	return l
}

// meta says of which kind of Grafana's data plane a frame is.
func meta(kind data.FrameType) *data.FrameMeta {
	return &data.FrameMeta{Type: kind, TypeVersion: data.FrameTypeVersion{0, 1}}
}

// units are Grafana's names of our units.
func unitOf(u incident.Unit) string {
	return map[incident.Unit]string{incident.Ratio: "percentunit", incident.Seconds: "s", incident.PerSecond: "reqps",
		incident.Bytes: "bytes", incident.UnixTime: "dateTimeFromNow"}[u]
}

func counted(n int) *float64 {
	f := float64(n)
	return &f
}
