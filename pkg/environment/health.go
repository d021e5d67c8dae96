package environment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/defect"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/check"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/query/traceql"
	"github.com/faultline-investigation/faultline/pkg/relay"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// StoreHealth is what Save & test found out about one store.
type StoreHealth struct {
	Signal       source.Signal `json:"signal"`
	DataSource   string        `json:"dataSource"`
	Through      Through       `json:"through"`
	OK           bool          `json:"ok"`
	Problem      string        `json:"problem,omitempty"`
	Advice       string        `json:"advice,omitempty"`
	Milliseconds int64         `json:"milliseconds"`
}

// Health is what Save & test found out, as its details.
type Health struct {
	Stores      []StoreHealth         `json:"stores"`
	Identity    *Identity             `json:"identity,omitempty"` // nil where no token is used
	Conventions *incident.Conventions `json:"conventions,omitempty"`
	Relay       *relay.Counts         `json:"relay,omitempty"` // nil where alerts are not passed on
	Problems    []string              `json:"problems"`        // a sentence with advice each
}

// Through is how a store is reached, and as whom.
type Through string

// The ways to a store.
const (
	WithToken    Through = "Grafana, with the token" // #nosec G101 -- says that there is one
	WithPassword Through = "directly, with a password"
	Anonymously  Through = "directly, without a password"
	Nowhere      Through = "not configured"
)

const healthTimeout = 10 * time.Second

// CheckHealth implements backend.CheckHealthHandler: the token is looked at, and each store is asked a small question.
func (e *Environment) CheckHealth(ctx context.Context, req *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	querier, err := e.querier(ctx, req.PluginContext.OrgID, true)
	if err != nil {
		return unhealthy(e.relayOnly(err))
	}
	if e.recording != nil {
		return e.recordedHealth()
	}
	var identity *Identity
	var asking defect.Group
	if e.settings.throughGrafana() {
		asking.Go("identity of the token", func() { identity = e.identify(ctx) })
	}
	health, err := examine(ctx, querier, e.Naming())
	if err = errors.Join(err, asking.Wait()); err != nil {
		return nil, err
	}
	e.examineAlertmanager(ctx, querier, &health)
	health.Problems = append(health.Problems, examineChecks(ctx, querier, e.settings.Checks)...)
	health.Identity = identity
	for i, store := range health.Stores {
		health.Stores[i].Through = e.settings.through(store.Signal)
	}
	if identity != nil {
		health.Problems = append(health.Problems, identity.Lacks...)
	}
	e.relayed(&health)
	if len(health.Problems) > 0 {
		return unhealthy(health)
	}
	return result(backend.HealthStatusOk, health.summary(), health)
}

// examineAlertmanager asks Alertmanager what fires, where the settings name one.
func (e *Environment) examineAlertmanager(ctx context.Context, querier source.Querier, h *Health) {
	if e.settings.Alertmanager == (StoreSettings{}) {
		return
	}
	answer := querier.Ask(ctx, source.Question{Name: "alerts", Kind: source.ActiveAlerts})
	found := StoreHealth{Signal: source.Alertmanager, DataSource: answer.DataSource, OK: answer.Problem == nil, Milliseconds: answer.Elapsed.Milliseconds()}
	if answer.Problem != nil {
		found.Problem, found.Advice = answer.Problem.Sentence, answer.Problem.Advice
		h.Problems = append(h.Problems, answer.Problem.Error())
	}
	h.Stores = append(h.Stores, found)
}

func unhealthy(h Health) (*backend.CheckHealthResult, error) {
	return result(backend.HealthStatusError, strings.Join(h.Problems, " "), h)
}

func result(status backend.HealthStatus, message string, h Health) (*backend.CheckHealthResult, error) {
	details, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("health details: %w", err)
	}
	return &backend.CheckHealthResult{Status: status, Message: message, JSONDetails: details}, nil
}

// summary says in a few sentences what works.
func (h Health) summary() string {
	said := "Metrics, traces and logs answer."
	if h.Conventions != nil && h.Conventions.Requests != nil {
		said += fmt.Sprintf(" Requests are read from %s (%s).", h.Conventions.Requests.Name(), h.Conventions.Requests.Convention)
	}
	if h.Identity != nil {
		said += fmt.Sprintf(" The token belongs to the organization %s (%d).", h.Identity.Organization, h.Identity.OrganizationID)
		if !h.Identity.WritesCases {
			said += " It may read; to keep cases from alerts it would need the role Editor."
		}
	}
	return said + h.ofRelay()
}

// ofRelay says what became of alerts; nothing where they are not passed on.
func (h Health) ofRelay() string {
	if h.Relay == nil {
		return ""
	}
	return " " + h.Relay.String()
}

// recordedHealth is what Save & test says of a recording.
func (e *Environment) recordedHealth() (*backend.CheckHealthResult, error) {
	h := Health{Stores: []StoreHealth{}, Problems: []string{}}
	e.relayed(&h)
	if len(h.Problems) > 0 {
		return unhealthy(h)
	}
	return result(backend.HealthStatusOk, e.recordedSummary()+h.ofRelay(), h)
}

// recordedSummary says what answers here, and up to when.
func (e *Environment) recordedSummary() string {
	return fmt.Sprintf("This is the recording %s: it gives again what real stores answered about %s up to %s. No store is asked.",
		e.recording.Name, e.recording.Subject.Service, e.recording.At().UTC().Format("2 January 2006 15:04 MST"))
}

func (s Settings) through(signal source.Signal) Through {
	switch store := s.store(signal); {
	case store.UID != "":
		return WithToken
	case store.User != "":
		return WithPassword
	case store.URL != "":
		return Anonymously
	}
	return Nowhere
}

// examine asks every store at the same time, and gives what it found with a sentence for every problem. The error is a
// defect of ours.
func examine(ctx context.Context, querier source.Querier, naming incident.Naming) (Health, error) {
	now := time.Now()
	hour := incident.Window{From: now.Add(-time.Hour), To: now}
	names, err := promql.SelectMetrics(convention.Names(naming)...).Text()
	if err != nil {
		return Health{}, fmt.Errorf("the question for metric names: %w", err)
	}
	questions := []source.Question{
		{Name: "metrics", Kind: source.MetricNames, Text: names, Window: hour},
		{Name: "traces", Kind: source.TraceSearch, Text: traceql.Spans(traceql.Failed()), Window: hour, Limit: 1},
		{Name: "logs", Kind: source.LogLabels, Window: hour},
		{Name: "labels", Kind: source.MetricLabels, Text: names, Window: hour},
	}
	answers := make([]source.Answer, len(questions))
	var asking defect.Group
	for i, q := range questions {
		asking.Go("health of "+q.Name, func() { answers[i] = querier.Ask(ctx, q) })
	}
	if err := asking.Wait(); err != nil {
		return Health{}, err
	}
	return diagnose(answers, naming), nil
}

func diagnose(answers []source.Answer, naming incident.Naming) Health {
	health := Health{Problems: append([]string{}, lackingLabels(answers, naming.Labels)...)}
	for _, answer := range answers {
		kind := answer.Question.Kind
		if kind == source.MetricLabels {
			continue // it tells nothing of the store that the names do not
		}
		store := StoreHealth{Signal: kind.Signal(), DataSource: answer.DataSource, OK: answer.Problem == nil, Milliseconds: answer.Elapsed.Milliseconds()}
		if answer.Problem != nil {
			store.Problem, store.Advice = answer.Problem.Sentence, answer.Problem.Advice
			health.Problems = append(health.Problems, answer.Problem.Error())
		} else if kind == source.MetricNames {
			chosen := convention.Choose(answer.Names, naming)
			health.Conventions = &chosen
			health.Problems = append(health.Problems, lacking(chosen, naming)...)
		}
		health.Stores = append(health.Stores, store)
	}
	return health
}

// lacking are the roles that the settings name metrics for and the store has none of; and requests, without which little
// can be told.
func lacking(chosen incident.Conventions, naming incident.Naming) []string {
	var problems []string
	for _, role := range []struct {
		setting      string
		named, there bool
	}{
		{"requests", naming.Requests != nil, chosen.Requests != nil}, {"edges", naming.Edges != nil, chosen.Edges != nil},
		{"lookups", naming.Lookups != nil, chosen.Lookups != nil}, {"pool", naming.Pool != nil, chosen.Pool != nil},
		{"queue", naming.Queue != nil, chosen.Queue != nil}, {"build", naming.Build != nil, chosen.Build != nil},
	} {
		if role.named && !role.there {
			problems = append(problems, fmt.Sprintf("conventions.%s names metrics of which the metrics store has none, or not all, in the last hour.", role.setting))
		}
	}
	if chosen.Requests == nil && naming.Requests == nil {
		problems = append(problems, "The metrics store answers, but has no metric of served requests that Faultline knows. Let services write one, for example http_server_request_duration_seconds, or let Tempo make span metrics.")
	}
	return problems
}

// lackingLabels are the labels that the settings name and neither metrics nor logs have. As long as one of the two did not
// answer, nobody knows. A line's pod can stand in its metadata, which is not among the labels, and is not looked for.
func lackingLabels(answers []source.Answer, named incident.LabelNames) []string {
	var has []string
	for _, a := range answers {
		if a.Question.Kind == source.MetricLabels || a.Question.Kind == source.LogLabels {
			if a.Problem != nil {
				return nil
			}
			has = append(has, a.Names...)
		}
	}
	var problems []string
	for _, l := range [][2]string{{"service", named.Service}, {"namespace", named.Namespace}, {"environment", named.Environment}, {"cluster", named.Cluster}} {
		if l[1] != "" && !slices.Contains(has, l[1]) {
			problems = append(problems, fmt.Sprintf("labels.%s is %q, a label that neither metrics nor logs have had in the last hour.", l[0], l[1]))
		}
	}
	return problems
}

// examineChecks has the trace store read the checks in its language: its parser cannot be linked beside the others. It
// gives a sentence for each that the store does not understand.
func examineChecks(ctx context.Context, querier source.Querier, checks []incident.Check) []string {
	now := time.Now()
	problems := make([]string, len(checks))
	var asking defect.Group
	for i, k := range checks {
		if k.Language != check.TraceQL {
			continue
		}
		asking.Go("health of a check", func() {
			text, err := check.Text(k, incident.Subject{Service: "faultline", Operation: "faultline"})
			if err != nil {
				return // said among what is wrong with the settings
			}
			answer := querier.Ask(ctx, source.Question{Name: k.Name, Kind: source.TraceSearch, Text: text, Limit: 1,
				Window: incident.Window{From: now.Add(-time.Minute), To: now}})
			if answer.Problem != nil && answer.Problem.Kind == source.Rejected {
				problems[i] = fmt.Sprintf("checks[%d].query: %s", i, answer.Problem.Sentence)
			}
		})
	}
	found := slices.Values(problems)
	if err := asking.Wait(); err != nil {
		found = slices.Values([]string{"The custom checks could not be tested: " + err.Error() + "."})
	}
	return slices.DeleteFunc(slices.Collect(found), func(p string) bool { return p == "" })
}
