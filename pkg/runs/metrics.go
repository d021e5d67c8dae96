package runs

import "github.com/faultline-investigation/faultline/pkg/instrument"

var (
	waitingNow   = instrument.NewGauge("faultline_investigations_waiting", "investigations", "Investigations of panels, alerts and assistants that wait for others to end.")
	refusedTotal = instrument.NewCounter("faultline_investigations_refused_total", "investigations",
		"Investigations that were not begun because too many others were under way.")
)
