// Package certificate plays a certificate that expires because its renewal has failed for weeks. README.md tells the story.
package certificate

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const (
	gateway = "tax-gateway"
	cert    = "tax-gateway-tls"
	expires = -16 * time.Minute
	mega    = 1 << 20
)

// Scenario is the expired certificate.
func Scenario() story.Scenario {
	return topology.Scenario{
		ID: "certificate", Headline: "Invoices fail because a certificate has expired",
		Tells: "The certificate of tax-gateway could not be renewed for three weeks, which nobody saw. It expires in the middle of the day. " +
			"Connections that are open go on; every new one is refused by its caller, and within ten minutes most are new.",
		Page: story.Alert{Name: "InvoiceErrorRateHigh", Service: "invoice-api", Operation: "POST /invoices", Threshold: 0.02, Value: 0.6,
			Labels: map[string]string{"alertname": "InvoiceErrorRateHigh", "severity": "critical", "service": "invoice-api", "namespace": "billing"}},
		Answer: story.Truth{Cause: "the certificate tax-gateway-tls has expired", Service: gateway, Component: "certificate/" + cert,
			Since: expires, Reason: `(?i)expired`, Remedy: "cmctl renew " + cert + " -n billing"},
		System: system,
	}
}

// refusing is the share of calls over new connections.
var refusing = synth.Symptom{
	Onset:  synth.Curve{{At: expires}, {At: expires + 10*time.Second, Level: 0.1}, {At: expires + 8*time.Minute, Level: 0.65}},
	Relief: synth.Curve{{At: 10 * time.Second, Level: 1}, {At: 30 * time.Second}},
	Return: synth.Curve{{At: 0}, {At: 2 * time.Minute, Level: 0.65}},
}

func system() topology.System {
	e := &expiry{}
	return topology.System{
		Cluster: "billing-production", Namespace: "billing", Nodes: topology.Workers("eu-central-1"), Kept: 0.04, Fault: refusing, Tick: e.pass,
		Entrances: []topology.Entrance{{To: "invoice-api POST /invoices", Rate: 6}, {To: "invoice-api GET /invoices/{id}", Rate: 5}},
		Services:  services(),
		Also:      e.certificates(),
		Story: []topology.Happening{
			{At: -41 * time.Minute, Rollout: &topology.Rollout{Service: "pdf-service", Version: "4.0.1"}},
			{At: -110 * time.Minute, Event: failure(1)}, {At: -50 * time.Minute, Event: failure(2)}, {At: 10 * time.Minute, Event: failure(3)}},
		OnFix: []topology.Happening{{Event: &topology.Event{Kind: "Certificate", Object: cert, Reason: "Issuing", By: "cert-manager-certificates-issuing",
			Message: "The certificate has been successfully issued"}}},
	}
}

// failure is one of the hourly tries to renew.
func failure(count int) *topology.Event {
	return &topology.Event{Kind: "Certificate", Object: cert, Reason: "Failed", Warning: true, Count: 500 + count, By: "cert-manager-certificates-issuing",
		Message: "The certificate request has failed to complete and will be retried: Failed to wait for order resource \"" + cert + "-1-2718\" to become ready: " +
			"order is in \"invalid\" state"}
}

func services() []topology.Service {
	return []topology.Service{
		{Name: "invoice-api", Version: "3.3.3", Language: "go", Log: topology.Slog, Replicas: 2, CPU: 1, Memory: 512 * mega,
			Operations: []topology.Operation{
				{Name: "POST /invoices", P50: 0.015, P99: 0.06, Everyday: 0.0008, Calls: []topology.Call{
					{To: gateway + " POST /tax/quotes", Flaw: handshake}, {To: "pdf-service POST /documents"}}},
				{Name: "GET /invoices/{id}", P50: 0.006, P99: 0.03, Everyday: 0.0004},
			},
			Sayings: []topology.Saying{{Level: "info", By: "numbering", Text: "range {id} has {n} numbers left", PerSecond: 0.2}}},
		{Name: gateway, Version: "1.12.0", Language: "go", Log: topology.Slog, Replicas: 2, CPU: 1, Memory: 256 * mega,
			Operations: []topology.Operation{{Name: "POST /tax/quotes", P50: 0.02, P99: 0.08, Everyday: 0.0006}},
			Sayings: []topology.Saying{{Level: "info", By: "rates", Text: "rates of {n} regions are current", PerSecond: 0.2},
				{Level: "error", By: "http", Text: "http: TLS handshake error from 10.42.1.27:51{n}: remote error: tls: expired certificate", PerSecond: 0.9,
					Course: func(s topology.Situation) float64 { return s.Level }}}},
		{Name: "pdf-service", Version: "4.0.0", Language: "java", Log: topology.SpringBoot, Replicas: 2, CPU: 2, Memory: 1024 * mega,
			Operations: []topology.Operation{{Name: "POST /documents", P50: 0.05, P99: 0.18, Everyday: 0.0005}},
			Sayings:    []topology.Saying{{Level: "info", By: "c.e.pdf.Fonts", Text: "font cache has {n} entries", PerSecond: 0.1}}},
	}
}

// handshake refuses new connections.
func handshake(s topology.Situation) topology.Flaw {
	if s.Chance.Float64() >= s.Level {
		return topology.Flaw{}
	}
	says := fmt.Sprintf("tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time %s is after %s",
		s.At.UTC().Format(time.RFC3339), s.At.Add(-s.Since).Add(expires).UTC().Format(time.RFC3339))
	return topology.Flaw{Lost: true, Wait: 4 * time.Millisecond, Type: "*tls.CertificateVerificationError", Message: says}
}

// expiry knows until when the certificate is valid: until it has been renewed by hand, and again after a relapse.
type expiry struct{ renewed bool }

func (e *expiry) pass(s topology.Situation) {
	if s.Since > 0 {
		e.renewed = s.Level == 0
	}
}

// certificates is what cert-manager tells of its certificates.
func (e *expiry) certificates() []topology.Gauge {
	gauges := []topology.Gauge{}
	add := func(name string, until func(topology.Situation) time.Time, ready func(topology.Situation) bool) {
		of := synth.Attributes{{Key: "name", Value: name}, {Key: "exported_namespace", Value: "billing"}, {Key: "issuer_name", Value: "internal-ca"}, {Key: "issuer_kind", Value: "ClusterIssuer"}}
		gauges = append(gauges, topology.Gauge{From: "cert-manager", Name: "certmanager_certificate_expiration_timestamp_seconds", Attributes: of,
			Read: func(s topology.Situation) float64 { return float64(until(s).Unix()) }})
		for _, condition := range []string{"True", "False"} {
			gauges = append(gauges, topology.Gauge{From: "cert-manager", Name: "certmanager_certificate_ready_status",
				Attributes: append(append(synth.Attributes{}, of...), synth.Attribute{Key: "condition", Value: condition}),
				Read: func(s topology.Situation) float64 {
					if ready(s) == (condition == "True") {
						return 1
					}
					return 0
				}})
		}
	}
	later := func(days int) func(topology.Situation) time.Time {
		return func(s topology.Situation) time.Time { return s.At.Add(-s.Since).AddDate(0, 0, days) }
	}
	always := func(topology.Situation) bool { return true }
	add("invoice-api-tls", later(41), always)
	add("pdf-service-tls", later(67), always)
	add(cert, func(s topology.Situation) time.Time {
		if e.renewed {
			return later(90)(s)
		}
		return s.At.Add(-s.Since).Add(expires)
	}, func(topology.Situation) bool { return e.renewed })
	return gauges
}
