// Package walkthrough plays a checkout outage: a network policy cuts CoreDNS off from the Kubernetes API, names of the outside
// world resolve slowly once caches run out, calls to the card processor time out, and checkout fails. README.md tells the story and
// its numbers.
package walkthrough

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/names"
	"github.com/faultline-investigation/faultline/lab/scenarios/story"
)

// Scenario is the checkout outage, its metrics named as a stack of one kind names them.
type Scenario struct{ Names names.Names }

// Named is the same outage in a stack with other names.
func (Scenario) Named(n names.Names) story.Scenario { return Scenario{Names: n} }

// Name is "walkthrough".
func (Scenario) Name() string { return "walkthrough" }

// Title is the headline.
func (Scenario) Title() string { return "Checkout fails because CoreDNS is cut off" }

// Story tells what happens.
func (Scenario) Story() string {
	return "A network policy meant to harden kube-system stops CoreDNS from reaching the Kubernetes API, and both of its pods crash in " +
		"a loop. For half an hour caches hide it. When they run out, resolving the card processor's name takes seconds, payment's " +
		"outbound connections are all taken, its calls time out, and checkout fails for one customer in fourteen."
}

// Alert is the page that the on-call gets.
func (Scenario) Alert() story.Alert {
	return story.Alert{
		Name:      "CheckoutErrorRateHigh",
		Service:   orderService,
		Operation: checkoutName,
		Threshold: 0.01,
		Value:     checkoutFailing,
		Labels: map[string]string{
			"alertname": "CheckoutErrorRateHigh", "severity": "critical", "service": orderService, "service_name": orderService,
			"operation": checkoutName, "namespace": shop, "team": "checkout",
		},
	}
}

// Truth is the cause.
func (Scenario) Truth() story.Truth {
	return story.Truth{
		Cause:     "network policy restrict-coredns in kube-system denies CoreDNS its way to the Kubernetes API",
		Service:   coreDNS,
		Component: "networkpolicy/" + policyName,
		Since:     policyApplied,
		Reason:    policyName,
		Remedy:    "kubectl delete networkpolicy " + policyName + " -n kube-system",
	}
}

// Outside are the hosts outside that services call, with their owners' names.
func (Scenario) Outside() map[string]string { return map[string]string{stripeHost: "Stripe"} }

// Start binds the outage to the time of its alert.
func (s Scenario) Start(alert time.Time, seed uint64) story.Generator {
	return newGenerator(alert.UTC().Truncate(time.Second), seed, s.Names)
}
