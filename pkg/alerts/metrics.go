package alerts

import "github.com/faultline-investigation/faultline/pkg/instrument"

var receivedTotal = instrument.NewCounter("faultline_alerts_received_total", "alerts", "Alerts that the webhook received, by what became of them.",
	instrument.LabelOf("result", Results()...))

// Results are all results.
func Results() []Result {
	return []Result{Started, Joined, Known, Ended, NoService, TooMany, Invalid, Stormed, SourceFailed}
}

// counted counts an outcome.
func counted(o Outcome) Outcome {
	receivedTotal.Inc(string(o.Result))
	return o
}
