package names

import (
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// The ways that libraries, gateways and stores name the metrics of requests, written as they are. Each is told of served requests; those
// of stores that keep OpenTelemetry's names differently, of calls too.
const (
	Flask        Names = "flask"         // prometheus-flask-exporter
	Django       Names = "django"        // django-prometheus
	Starlette    Names = "starlette"     // starlette-exporter, for FastAPI too
	FastAPI      Names = "fastapi"       // prometheus-fastapi-instrumentator
	Rails        Names = "rails"         // yabeda-rails
	Ruby         Names = "ruby"          // prometheus_exporter: a summary
	Gin          Names = "gin"           // go-gin-prometheus
	Echo         Names = "echo"          // echo-contrib
	Express      Names = "express"       // express-prom-bundle
	Node         Names = "node"          // a histogram of prom-client in ms
	AspNet       Names = "aspnet"        // prometheus-net
	GoKit        Names = "gokit"         // request_duration_seconds
	IngressNginx Names = "ingress-nginx" // the controller
	Traefik      Names = "traefik"       // by service
	Envoy        Names = "envoy"         // by cluster
	Kong         Names = "kong"          // by service
	Linkerd      Names = "linkerd"       // proxies beside the pods
	Unitless     Names = "unitless"      // OpenTelemetry's names without units
	Dots         Names = "dots"          // OpenTelemetry's names with dots, and units
	Untouched    Names = "untouched"     // OpenTelemetry's names as they are

	Container Names = "container" // a known metric, the service's name in a label of its container alone
	MadeUp    Names = "made-up"   // a metric and labels that nobody else has
)

// Verbatim lists them.
func Verbatim() []Names {
	return []Names{Flask, Django, Starlette, FastAPI, Rails, Ruby, Gin, Echo, Express, Node, AspNet, GoKit, IngressNginx, Traefik, Envoy, Kong, Linkerd,
		Unitless, Dots, Untouched, Container, MadeUp}
}

// shape is how a library tells of served requests.
type shape struct {
	histogram, counter string // empty where there is none
	milliseconds       bool
	sums               bool                                                // the histogram is a summary without quantiles
	labels             func(s *synth.Series, code string) synth.Attributes // of both
	code               func(code string) synth.Attributes                  // of the counter, and of the histogram where codes say so
	codes              bool
}

// label makes a status label.
func label(name string) func(string) synth.Attributes {
	return func(code string) synth.Attributes { return synth.Attributes{{Key: name, Value: code}} }
}

// scrapedAs are the labels of a pod's own metrics, with the service's name under a label, and others that are taken from a series.
func scrapedAs(service string, more ...func(*synth.Series) synth.Attribute) func(*synth.Series, string) synth.Attributes {
	return func(s *synth.Series, _ string) synth.Attributes {
		labels := append(target(s.Resource, "8080"), synth.Attribute{Key: service, Value: s.Resource.Get("service.name")})
		for _, of := range more {
			labels = append(labels, of(s))
		}
		return labels
	}
}

func method(name string) func(*synth.Series) synth.Attribute {
	return func(s *synth.Series) synth.Attribute {
		return synth.Attribute{Key: name, Value: s.Attributes.Get("http.request.method")}
	}
}

func route(name string) func(*synth.Series) synth.Attribute {
	return func(s *synth.Series) synth.Attribute {
		return synth.Attribute{Key: name, Value: s.Attributes.Get("http.route")}
	}
}

// function is a label that holds the name of a function which answers a route.
func function(name string) func(*synth.Series) synth.Attribute {
	return func(s *synth.Series) synth.Attribute {
		words := strings.FieldsFunc(s.Attributes.Get("http.route"), func(r rune) bool { return r < 'a' || r > 'z' })
		return synth.Attribute{Key: name, Value: "main." + strings.Join(words, "_")}
	}
}

// fixed is a label that is always the same.
func fixed(name, value string) func(*synth.Series) synth.Attribute {
	return func(*synth.Series) synth.Attribute { return synth.Attribute{Key: name, Value: value} }
}

// passed are the labels of what a gateway in a namespace of its own reports, with the service's name as it writes it.
func passed(name string, write func(namespace, service string) string, more ...func(*synth.Series) synth.Attribute) func(*synth.Series, string) synth.Attributes {
	return func(s *synth.Series, _ string) synth.Attributes {
		labels := synth.Attributes{{Key: "job", Value: "gateway"}, {Key: "namespace", Value: "edge"}, {Key: "pod", Value: "gateway-0"},
			{Key: name, Value: write(s.Resource.Get("k8s.namespace.name"), s.Resource.Get("service.name"))}}
		for _, of := range more {
			labels = append(labels, of(s))
		}
		return labels
	}
}

func plainly(_, service string) string { return service }

func ofTraefik(namespace, service string) string {
	return namespace + "-" + service + "-8080@kubernetes"
}

func grouped(code string) synth.Attributes {
	return synth.Attributes{{Key: "status", Value: code[:min(1, len(code))] + "xx"}}
}

// shapes are the ways that tell of served requests.
var shapes = map[Names]shape{
	Flask: {histogram: "flask_http_request_duration_seconds", labels: scrapedAs("app", method("method"), route("path")), code: label("status"), codes: true},
	Django: {histogram: "django_http_requests_latency_seconds_by_view_method", counter: "django_http_responses_total_by_status_view_method_total",
		labels: scrapedAs("app", method("method"), function("view")), code: label("status")},
	Starlette: {histogram: "starlette_request_duration_seconds", counter: "starlette_requests_total", labels: scrapedAs("app_name", method("method"), route("path")),
		code: label("status_code"), codes: true},
	FastAPI: {histogram: "http_request_duration_seconds", counter: "http_requests_total", labels: scrapedAs("app", method("method"), route("handler")), code: grouped},
	Rails: {histogram: "rails_request_duration_seconds", counter: "rails_requests_total", labels: scrapedAs("app", method("method"), function("controller"), fixed("action", "create")),
		code: label("status"), codes: true},
	Ruby: {histogram: "ruby_http_request_duration_seconds", counter: "ruby_http_requests_total", sums: true, labels: scrapedAs("app", function("controller"), fixed("action", "create")),
		code: label("status")},
	Gin: {histogram: "gin_request_duration_seconds", counter: "gin_requests_total", labels: scrapedAs("app", method("method"), route("url"), function("handler")), code: label("code"), codes: true},
	Echo: {histogram: "echo_request_duration_seconds", counter: "echo_requests_total", labels: scrapedAs("app", method("method"), route("url"), fixed("host", "shop.example")),
		code: label("code"), codes: true},
	Express: {histogram: "http_request_duration_seconds", labels: scrapedAs("app", method("method"), route("path")), code: label("status_code"), codes: true},
	Node:    {histogram: "http_request_duration_ms", milliseconds: true, labels: scrapedAs("app", method("method"), route("route")), code: label("code"), codes: true},
	AspNet: {histogram: "http_request_duration_seconds", counter: "http_requests_received_total", labels: scrapedAs("app", method("method"), route("endpoint"), fixed("controller", "Shop")),
		code: label("code"), codes: true},
	GoKit: {histogram: "request_duration_seconds", labels: scrapedAs("service", method("method"), route("route"), fixed("ws", "false")), code: label("status_code"), codes: true},
	IngressNginx: {histogram: "nginx_ingress_controller_request_duration_seconds", counter: "nginx_ingress_controller_requests",
		labels: passed("exported_service", plainly, method("method"), fixed("path", "/"), fixed("ingress", "shop")), code: label("status"), codes: true},
	Traefik: {histogram: "traefik_service_request_duration_seconds", counter: "traefik_service_requests_total", labels: passed("service", ofTraefik, method("method"), fixed("protocol", "http")),
		code: label("code"), codes: true},
	Envoy: {histogram: "envoy_cluster_upstream_rq_time", counter: "envoy_cluster_upstream_rq", milliseconds: true, labels: passed("envoy_cluster_name", plainly), code: label("envoy_response_code")},
	Kong:  {histogram: "kong_request_latency_ms", counter: "kong_http_requests_total", milliseconds: true, labels: passed("exported_service", plainly, fixed("route", "shop")), code: label("code")},
	Linkerd: {histogram: "response_latency_ms", counter: "response_total", milliseconds: true, labels: scrapedAs("deployment", fixed("direction", "inbound")),
		code: label("status_code"), codes: true},
	Container: {histogram: "http_request_duration_seconds", counter: "http_requests_total", labels: scrapedAs("container", method("method"), route("route")), code: label("code")},
	MadeUp:    {histogram: "acme_api_latency_millis", milliseconds: true, labels: scrapedAs("svc", method("verb"), route("url_path_template")), code: label("outcome_status"), codes: true},
}

// spelling writes served requests in a shape.
func (h shape) spelling(s *synth.Series) ([]synth.Respelt, bool) {
	if s.Name != served {
		return nil, s.Name == called || ofSpans(s.Name)
	}
	code := s.Attributes.Get("http.response.status_code")
	labels := h.labels(s, code)
	withCode := slices.Concat(labels, h.code(code))
	var written []synth.Respelt
	if h.histogram != "" {
		durations := synth.Respelt{Resource: verbatim, Name: h.histogram, Attributes: labels, Layout: synth.ClientLibrary}
		if h.codes {
			durations.Attributes = withCode
		}
		if h.milliseconds {
			durations.Scale = 1000
		}
		if h.sums {
			durations.Form = synth.Sums
		}
		written = append(written, durations)
	}
	if h.counter != "" {
		written = append(written, synth.Respelt{Resource: verbatim, Name: h.counter, Attributes: withCode, Form: synth.Counts})
	}
	return written, true
}

// verbatim is no resource: what is written as it is has labels alone.
var verbatim = synth.NewScraped()

// translated is how a store takes over OpenTelemetry's names.
type translated struct {
	server, client string
	dots           bool
}

var translations = map[Names]translated{
	Unitless:  {server: "http_server_request_duration", client: "http_client_request_duration"},
	Dots:      {server: "http.server.request.duration_seconds", client: "http.client.request.duration_seconds", dots: true},
	Untouched: {server: "http.server.request.duration", client: "http.client.request.duration", dots: true},
}

func (t translated) spelling(s *synth.Series) ([]synth.Respelt, bool) {
	name := t.server
	switch {
	case s.Name == called:
		name = t.client
	case s.Name != served:
		return nil, ofSpans(s.Name)
	}
	labels := synth.Attributes{{Key: "job", Value: s.Resource.Get("k8s.namespace.name") + "/" + s.Resource.Get("service.name")}}
	for _, key := range []string{"service.name", "k8s.namespace.name", "k8s.pod.name"} {
		labels = append(labels, synth.Attribute{Key: t.label(key), Value: s.Resource.Get(key)})
	}
	for _, a := range s.Attributes {
		labels = append(labels, synth.Attribute{Key: t.label(a.Key), Value: a.Value})
	}
	return []synth.Respelt{{Resource: verbatim, Name: name, Attributes: labels, Layout: s.Layout}}, true
}

func (t translated) label(name string) string {
	if t.dots {
		return name
	}
	return strings.ReplaceAll(name, ".", "_")
}

// Tenant is the label by which Together keeps what it writes apart.
const Tenant = "tenant"

// together parts the names that are written at once.
const together = "+"

// Together are several names at once, of the requests of one service and nothing else. A label says of each series which of the names it is
// of, as a store for many teams does.
func Together(service string, all ...Names) Names {
	parts := []string{service}
	for _, n := range all {
		parts = append(parts, string(n))
	}
	return Names(strings.Join(parts, together))
}

// tenants is the spelling of what Together made.
func (n Names) tenants() synth.Spelling {
	parts := strings.Split(string(n), together)
	return func(s *synth.Series) ([]synth.Respelt, bool) {
		var written []synth.Respelt
		if !ofServices(s.Name) || s.Resource.Get("service.name") != parts[0] {
			return nil, true
		}
		for _, tenant := range parts[1:] {
			names, _ := Names(tenant).Spelling()(s)
			for _, one := range names {
				one.Attributes = append(slices.Clone(one.Attributes), synth.Attribute{Key: Tenant, Value: tenant})
				written = append(written, one)
			}
		}
		return written, true
	}
}
