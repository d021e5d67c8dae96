package relay

import (
	"cmp"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/faultline-investigation/faultline/pkg/instrument"
)

// withoutVerdict is the verdict of an alert that goes out without one.
const withoutVerdict = "none"

const (
	outcomeAccepted = "accepted"
	outcomeFailed   = "failed"
)

var (
	outcomes    = instrument.LabelOf("outcome", outcomeAccepted, outcomeFailed)
	alertsTotal = instrument.NewCounter("faultline_relay_alerts_total", "alerts",
		"Alerts that all receivers accepted, by their verdict (none: as they came) and why there was none.",
		instrument.LabelOf("verdict", append(Verdicts(), withoutVerdict)...),
		instrument.LabelOf("reason", append([]Reason{""}, Reasons()...)...))
	failedTotal = instrument.NewCounter("faultline_relay_failed_messages_total", "messages",
		"Alert messages that not all receivers accepted, so that the sender was told to send them again.")
	refusedTotal = instrument.NewCounter("faultline_relay_refused_messages_total", "messages",
		"Alert messages that were not taken because too many were under way, so that the sender was told to send them again.")
	sendsTotal = instrument.NewCounter("faultline_relay_sends_total", "messages",
		"Messages sent to receivers, retries not counted, by the receiver's type and outcome.", instrument.LabelOf("type", Webhook, Slack, JSON), outcomes)
	updatesTotal = instrument.NewCounter("faultline_relay_updates_total", "messages",
		"Updates of messages that went out without a verdict, by outcome.", outcomes)
	heldMessages = instrument.NewGauge("faultline_relay_messages_held", "messages",
		"Alert messages under way: they wait for a verdict, for an earlier message of their group, or for a receiver.")
	delaySeconds = instrument.NewHistogram("faultline_relay_delay_seconds", "seconds",
		"Time from receiving an alert message to the last receiver's acceptance.", []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 15, 20, 25, 30})
)

// Counts is what a relay has done since it was made. Alerts count once for all receivers.
type Counts struct {
	Receivers      []string `json:"receivers"`
	With           int64    `json:"withVerdict"`    // alerts that went out with a verdict
	Without        int64    `json:"withoutVerdict"` // alerts that went out without one
	Updates        int64    `json:"updates"`
	FailedMessages int64    `json:"failedMessages"`        // that not all receivers accepted; their senders were told
	LastFailure    string   `json:"lastFailure,omitempty"` // of a message or an update since which nothing was accepted by all
}

// String says it in a sentence.
func (c Counts) String() string {
	said := fmt.Sprintf("Alerts are passed on to %s: since the last start or change of settings %d with a verdict and %d without.",
		strings.Join(c.Receivers, ", "), c.With, c.Without)
	if c.FailedMessages > 0 {
		said += fmt.Sprintf(" %d messages were not accepted by all receivers.", c.FailedMessages)
	}
	return said
}

type tally struct {
	mu     sync.Mutex
	counts Counts
}

// Counts is what the relay has done so far.
func (r *Relay) Counts() Counts {
	r.tally.mu.Lock()
	defer r.tally.mu.Unlock()
	c := r.tally.counts
	for _, t := range r.targets {
		c.Receivers = append(c.Receivers, t.Name)
	}
	return c
}

func (t *tally) passed(o outgoing, took time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		failedTotal.Inc()
		t.counts.FailedMessages++
		t.counts.LastFailure = err.Error()
		return
	}
	delaySeconds.Observe(took.Seconds())
	t.counts.LastFailure = ""
	for i := range max(len(o.Alerts), 1) { // what cannot be read counts as one
		a := Answer{}
		if i < len(o.answers) {
			a = o.answers[i]
		}
		if a.Verdict != "" {
			t.counts.With++
			alertsTotal.Inc(a.Verdict, "")
			continue
		}
		t.counts.Without++
		alertsTotal.Inc(withoutVerdict, string(cmp.Or(a.Reason, ReasonDeadline)))
	}
}

func (t *tally) updated(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	updatesTotal.Inc(outcomeOf(err))
	if err != nil {
		t.counts.LastFailure = err.Error()
		return
	}
	t.counts.Updates++
}

func outcomeOf(err error) string {
	if err != nil {
		return outcomeFailed
	}
	return outcomeAccepted
}
