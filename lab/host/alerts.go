package host

import (
	"net/http"
	"strconv"
	"time"
)

// FiringAlert is an alert instance of a rule that Grafana itself evaluates.
type FiringAlert struct {
	Labels      map[string]string
	Annotations map[string]string
	// Since is when it began to fire.
	Since time.Time
	// Value is what the rule's condition was evaluated to.
	Value float64
}

// alerts answers as Grafana does for the rules that it evaluates itself.
func (s *site) alerts(w http.ResponseWriter, _ *http.Request) {
	firing := []map[string]any{}
	s.mu.Lock()
	alerts := s.contents[0].Alerts
	s.mu.Unlock()
	for _, a := range alerts {
		firing = append(firing, map[string]any{"labels": a.Labels, "annotations": a.Annotations, "state": "Alerting",
			"activeAt": a.Since.UTC().Format(time.RFC3339), "value": strconv.FormatFloat(a.Value, 'e', -1, 64)})
	}
	answer(w, http.StatusOK, map[string]any{"status": "success", "data": map[string]any{"alerts": firing}})
}
