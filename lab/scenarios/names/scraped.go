package names

import (
	"strings"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// scraped is no resource: what Prometheus scrapes has labels alone.
var scraped = synth.NewResource(nil)

// target are the labels that scraping a pod gives, under the job's name of the usual Kubernetes discovery.
func target(of *synth.Resource, port string) synth.Attributes {
	return synth.Attributes{{Key: "job", Value: "kubernetes-pods"}, {Key: "instance", Value: of.Get("k8s.pod.name") + ":" + port},
		{Key: "namespace", Value: of.Get("k8s.namespace.name")}, {Key: "pod", Value: of.Get("k8s.pod.name")}}
}

// istio: a proxy beside each pod counts what is served and what is called. Operations are not told apart, and calls that
// leave the mesh are encrypted and not seen.
func istio(s *synth.Series) ([]synth.Respelt, bool) {
	if !ofServices(s.Name) {
		return nil, ofSpans(s.Name)
	}
	own := s.Resource.Get("service.name")
	labels := target(s.Resource, "15020")
	code := s.Attributes.Get("http.response.status_code")
	if s.Name == served {
		labels = append(labels, party("source", "unknown")...)
		labels = append(append(labels, party("destination", own)...), synth.Attribute{Key: "reporter", Value: "destination"})
	} else {
		callee := s.Attributes.Get("server.address")
		if strings.Contains(callee, ".") {
			return nil, true
		}
		labels = append(labels, party("source", own)...)
		labels = append(append(labels, party("destination", callee)...), synth.Attribute{Key: "reporter", Value: "source"})
	}
	flags := "-"
	if code == "" {
		code, flags = "0", "DC" // the one who called hung up
	}
	labels = append(labels, synth.Attribute{Key: "response_code", Value: code}, synth.Attribute{Key: "response_flags", Value: flags},
		synth.Attribute{Key: "request_protocol", Value: "http"}, synth.Attribute{Key: "connection_security_policy", Value: "mutual_tls"})
	return []synth.Respelt{
		{Resource: scraped, Name: "istio_requests_total", Attributes: labels, Form: synth.Counts},
		{Resource: scraped, Name: "istio_request_duration_milliseconds", Attributes: labels, Layout: synth.Istio, Scale: 1000},
	}, true
}

// party names one end of a call.
func party(side, service string) synth.Attributes {
	return synth.Attributes{{Key: side + "_canonical_service", Value: service}, {Key: side + "_workload", Value: service},
		{Key: side + "_app", Value: service}}
}

func spring(s *synth.Series) ([]synth.Respelt, bool) {
	if !ofServices(s.Name) {
		return nil, ofSpans(s.Name)
	}
	status := s.Attributes.Get("http.response.status_code")
	labels := append(target(s.Resource, "8080"), synth.Attribute{Key: "application", Value: s.Resource.Get("service.name")},
		synth.Attribute{Key: "method", Value: s.Attributes.Get("http.request.method")})
	name := "http_server_requests_seconds"
	if s.Name == served {
		labels = append(labels, synth.Attribute{Key: "uri", Value: s.Attributes.Get("http.route")})
	} else {
		name = "http_client_requests_seconds"
		labels = append(labels, synth.Attribute{Key: "client_name", Value: s.Attributes.Get("server.address")},
			synth.Attribute{Key: "uri", Value: "none"})
	}
	outcome, fault := outcomeOf(status)
	if status == "" {
		status = "CLIENT_ERROR"
	}
	labels = append(labels, synth.Attribute{Key: "status", Value: status}, synth.Attribute{Key: "outcome", Value: outcome},
		synth.Attribute{Key: "exception", Value: fault}, synth.Attribute{Key: "error", Value: fault})
	return []synth.Respelt{{Resource: scraped, Name: name, Attributes: labels, Layout: synth.Micrometer}}, true
}

// outcomeOf is what Micrometer calls a status, and the exception that goes with it.
func outcomeOf(status string) (outcome, exception string) {
	switch {
	case status == "":
		return "UNKNOWN", "HttpTimeoutException"
	case strings.HasPrefix(status, "5"):
		return "SERVER_ERROR", "none"
	case strings.HasPrefix(status, "4"):
		return "CLIENT_ERROR", "none"
	}
	return "SUCCESS", "none"
}

// counts: a counter by handler, method and code, which nobody but the service itself reports.
func counts(s *synth.Series) ([]synth.Respelt, bool) {
	if s.Name != served {
		return nil, s.Name == called || ofSpans(s.Name)
	}
	labels := append(handled(s), synth.Attribute{Key: "code", Value: s.Attributes.Get("http.response.status_code")})
	return []synth.Respelt{{Resource: scraped, Name: "http_requests_total", Attributes: labels, Form: synth.Counts}}, true
}

// classic: the counter, and a histogram that does not tell codes apart.
func classic(s *synth.Series) ([]synth.Respelt, bool) {
	names, known := counts(s)
	if s.Name == served {
		names = append(names, synth.Respelt{Resource: scraped, Name: "http_request_duration_seconds", Attributes: handled(s), Layout: synth.ClientLibrary})
	}
	return names, known
}

func handled(s *synth.Series) synth.Attributes {
	return append(target(s.Resource, "8080"), synth.Attribute{Key: "app", Value: s.Resource.Get("service.name")},
		synth.Attribute{Key: "method", Value: strings.ToLower(s.Attributes.Get("http.request.method"))},
		synth.Attribute{Key: "handler", Value: s.Attributes.Get("http.route")})
}
