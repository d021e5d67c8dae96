package impact_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/phase/impact"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// asker answers a step's questions by their names, and all others with nothing.
type asker map[string]source.Answer

// walked plays a step with all its rounds of questions, and gives their names.
func walked(t *testing.T, s phase.Step, c *incident.Case, store asker) (phase.Reading, []string, error) {
	t.Helper()
	var asked []string
	answers := source.Answers{}
	questions, err := s.Plan(c)
	for round := 0; err == nil && len(questions) > 0; round++ {
		require.LessOrEqual(t, round, phase.MostRounds)
		for _, q := range questions {
			answer := store[q.Name]
			answer.Question = q
			answers[q.Name] = answer
			asked = append(asked, q.Name)
		}
		questions, err = s.More(c, answers)
	}
	if err != nil {
		return phase.Reading{}, asked, err
	}
	reading, err := s.Read(c, answers)
	if reading.Learn != nil {
		reading.Learn(&c.Facts)
	}
	return reading, asked, err
}

// stored is a case in a store with these metrics, whose service is not known yet.
func stored(metrics ...string) *incident.Case {
	c := stack("", metrics...)
	c.Facts.Service = nil
	return c
}

// occurs is that a value of a label means the service in a metric.
func occurs(metric, label, value string) incident.Series {
	return point(map[string]string{"faultline_part": label, "__name__": metric, label: value}, 1)
}

func TestAServiceUnderAnUnusualLabelIsFoundAndThatIsSaid(t *testing.T) {
	t.Parallel()
	c := stored("http_requests_total")
	labels := source.Answer{Names: []string{"__name__", "code", "container", "handler", "job", "method", "pod"}}
	reading, asked, err := walked(t, impact.Service(), c, asker{
		"services":                       {Series: []incident.Series{point(map[string]string{"job": "pods"}, 60)}},
		"labels of http_requests_total":  labels,
		"labels of the request metrics":  labels,
		"where the name occurs":          {Series: []incident.Series{occurs("http_requests_total", "container", "order-service")}},
		"services under another label":   {Series: []incident.Series{point(map[string]string{"container": "order-service", "job": "pods"}, 60)}},
		"where the operation occurs":     {Series: []incident.Series{point(map[string]string{"faultline_part": "handler"}, 900)}},
		"metrics that may be requests":   {Names: []string{"http_requests_total"}},
		"labels of acme_requests_total":  {},
		"labels of other_requests_count": {},
	})
	require.NoError(t, err)
	require.Equal(t, "container", c.Facts.Service.Label)
	require.Equal(t, "order-service", c.Facts.Service.Value)
	require.Equal(t, "handler", c.Facts.Conventions.Requests.Operation.Route)
	require.Equal(t, "container", c.Facts.Conventions.Requests.Services[0], "others are named by it too")
	require.Equal(t, incident.Warning, reading.Findings[0].Severity)
	require.Contains(t, reading.Findings[0].Sentence, `found by its name in the label container ("order-service")`)
	require.Len(t, asked, 7)
}

func TestWhereTheUsualLabelNamesTheServiceNothingMoreIsAsked(t *testing.T) {
	t.Parallel()
	c := stored("http_server_request_duration_seconds_bucket", "http_server_request_duration_seconds_count")
	_, asked, err := walked(t, impact.Service(), c, asker{"services": {Series: []incident.Series{point(map[string]string{"service_name": "order-service"}, 60)}}})
	require.NoError(t, err)
	require.Equal(t, []string{"services"}, asked)
}

func TestSeveralValuesThatMayMeanTheServiceAreListedAndNoneIsTaken(t *testing.T) {
	t.Parallel()
	c := stored("traefik_service_requests_total")
	_, _, err := walked(t, impact.Service(), c, asker{
		"labels of the request metrics": {Names: []string{"__name__", "code", "service"}},
		"where the name occurs": {Series: []incident.Series{occurs("traefik_service_requests_total", "service", "shop-order-service-80@kubernetes"),
			occurs("traefik_service_requests_total", "service", "trial-order-service-80@kubernetes")}},
	})
	requireSkip(t, err, `belongs to a service named "order-service"`)
	require.ErrorContains(t, err, "Several values of the label service of traefik_service_requests_total may mean order-service: "+
		"shop-order-service-80@kubernetes and trial-order-service-80@kubernetes.")
}

func TestALabelOfFunctionsIsNotTakenForThatOfTheRoute(t *testing.T) {
	t.Parallel()
	labels := source.Answer{Names: []string{"__name__", "app", "code", "handler", "method", "url"}}
	services := source.Answer{Series: []incident.Series{point(map[string]string{"app": "order-service"}, 60)}}
	c := stored("gin_requests_total", "gin_request_duration_seconds_bucket")
	_, _, err := walked(t, impact.Service(), c, asker{"services": services, "labels of gin_requests_total": labels,
		"where the operation occurs": {Series: []incident.Series{point(map[string]string{"faultline_part": "url"}, 900)}}})
	require.NoError(t, err)
	require.Equal(t, "url", c.Facts.Conventions.Requests.Operation.Route)

	c = stored("gin_requests_total", "gin_request_duration_seconds_bucket")
	reading, _, err := walked(t, impact.Service(), c, asker{"services": services, "labels of gin_requests_total": labels})
	require.NoError(t, err)
	require.Equal(t, incident.OperationLabels{}, c.Facts.Conventions.Requests.Operation)
	require.Contains(t, reading.Findings[0].Sentence, "It does not tell POST /api/checkout from the service's other operations")
	require.Equal(t, "code", c.Facts.Conventions.Requests.Code)
}

func TestWhatAGatewayReportsIsSaidToBeWhatPassesIt(t *testing.T) {
	t.Parallel()
	c := stored("nginx_ingress_controller_requests", "nginx_ingress_controller_request_duration_seconds_bucket")
	reading, _, err := walked(t, impact.Service(), c, asker{"services": {Series: []incident.Series{point(map[string]string{"exported_service": "order-service"}, 60)}}})
	require.NoError(t, err)
	require.Contains(t, reading.Findings[0].Sentence, "ingress-nginx reports the requests that it passes to order-service")
}

func TestWhereNothingIsKnownTheAdviceNamesWhatIsThereAndWhatToSet(t *testing.T) {
	t.Parallel()
	store := asker{
		"names":                               {Names: []string{"kube_pod_status_phase"}},
		"metrics that may be requests":        {Names: []string{"acme_api_latency_ms_bucket", "acme_api_latency_ms_count", "acme_api_latency_ms_sum", "acme_db_requests_total", "zeta_requests_total"}},
		"labels of acme_api_latency_ms_count": {Names: []string{"__name__", "svc", "status", "verb", "route"}},
		"labels of zeta_requests_total":       {Names: []string{"__name__", "who"}},
		"where the name occurs":               {Series: []incident.Series{occurs("acme_api_latency_ms_count", "svc", "order-service")}},
	}
	const setting = `{"histogram":"acme_api_latency_ms","seconds":0.001,"services":["svc"],"code":"status","operation":{"method":"verb","route":"route"}}`
	c := stored()
	reading, _, err := walked(t, impact.Conventions(), c, store)
	require.NoError(t, err)
	require.Contains(t, reading.Findings[0].Sentence, `acme_api_latency_ms (labels: svc, status, verb, route; svc has "order-service") and zeta_requests_total (labels: who)`)
	require.NotContains(t, reading.Findings[0].Sentence, "acme_db_requests_total")
	_, err = impact.Service().Plan(c)
	requireSkip(t, err, "No metric of served requests is known")
	require.ErrorContains(t, err, setting)

	store["names"] = source.Answer{}
	_, _, err = walked(t, impact.Conventions(), stored(), store)
	requireSkip(t, err, "none of the metrics that Faultline knows")
	require.ErrorContains(t, err, setting)

	_, _, err = walked(t, impact.Conventions(), stored(), asker{})
	requireSkip(t, err, "none of the metrics that Faultline knows")
	require.ErrorContains(t, err, "Check that the metrics data source is the one your services report to")
}

func TestAServiceThatReportsNoKnownMetricIsToldOfTheOneThatHasItsName(t *testing.T) {
	t.Parallel()
	c := stored("http_requests_total")
	_, _, err := walked(t, impact.Service(), c, asker{
		"services":                      {Series: []incident.Series{point(map[string]string{"app": "auth-service"}, 60)}},
		"labels of http_requests_total": {Names: []string{"app", "code"}}, "labels of the request metrics": {Names: []string{"app", "code"}},
		"metrics that may be requests":  {Names: []string{"http_requests_total", "orders_served_total"}},
		"labels of orders_served_total": {Names: []string{"app", "result"}},
		"where the name occurs":         {Series: []incident.Series{occurs("orders_served_total", "app", "order-service")}},
	})
	requireSkip(t, err, `No series of http_requests_total belongs to a service named "order-service"`)
	require.ErrorContains(t, err, "auth-service")
	require.ErrorContains(t, err, `{"counter":"orders_served_total","services":["app"]}, and add failed (the label and pattern of failed requests)`)
}

func TestThatNothingFailedIsNotSaidOfRequestsWithoutAStatus(t *testing.T) {
	t.Parallel()
	for _, s := range []phase.Step{impact.ErrorRate(), impact.StatusCodes()} {
		_, err := s.Read(checkout(), answered("traffic", course(nil, always(100))))
		requireSkip(t, err, "have no label http_response_status_code")
	}
}

func TestLabelsWithDotsAreAskedForOnlyWhereTheMetricHasSome(t *testing.T) {
	t.Parallel()
	for metric, dots := range map[string]bool{"http_server_request_duration_seconds": false, "http.server.request.duration": true} {
		c := stored(metric+"_bucket", metric+"_count")
		text := plans(t, impact.Service(), c)["services"]
		require.Equal(t, dots, strings.Contains(text, `"k8s.namespace.name"`), text)
		require.Equal(t, dots, slices.Contains(c.Facts.Conventions.Requests.Services, "service.name"))
		c.Facts.Service = &incident.ServiceSeries{Label: c.Facts.Conventions.Requests.Services[0], Value: "order-service", Interval: every}
		require.Equal(t, dots, strings.Contains(plans(t, impact.ErrorRate(), c)["traffic"], `"http.server.request.duration_count"`))
	}
}

func TestThatOtherLabelsCouldNotBeLookedAtIsSaid(t *testing.T) {
	t.Parallel()
	c := stored("http_requests_total")
	_, _, err := walked(t, impact.Service(), c, asker{"labels of the request metrics": refused("x")["x"]})
	requireSkip(t, err, `belongs to a service named "order-service"`)
	require.ErrorContains(t, err, "could not be looked up: Prometheus refused the question with 403.")
}
