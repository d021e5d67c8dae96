package edgecases

import (
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
	"github.com/faultline-investigation/faultline/lab/telemetry"
)

// onMachines leaves out all that tells of Kubernetes, and the version from what metrics tell: a system on plain machines, of which spans
// alone say which version served.
func onMachines(namespace string) func(*telemetry.Batch) {
	ours := func(r pcommon.Resource) bool { return attribute(r, "service.namespace") == namespace }
	plain := func(r pcommon.Resource) {
		r.Attributes().RemoveIf(func(name string, _ pcommon.Value) bool { return strings.HasPrefix(name, "k8s.") })
	}
	return func(b *telemetry.Batch) {
		b.Metrics.ResourceMetrics().RemoveIf(func(r pmetric.ResourceMetrics) bool { return !ours(r.Resource()) })
		b.Logs.ResourceLogs().RemoveIf(func(r plog.ResourceLogs) bool { return !ours(r.Resource()) })
		for _, r := range b.Metrics.ResourceMetrics().All() {
			plain(r.Resource())
			r.Resource().Attributes().Remove("service.version")
		}
		for _, r := range b.Logs.ResourceLogs().All() {
			plain(r.Resource())
		}
		for _, r := range b.Traces.ResourceSpans().All() {
			plain(r.Resource())
		}
	}
}

// unannounced: a new version of a service without Kubernetes. Nothing but its spans says that there is one.
func unannounced() Case {
	const at, bad = -14 * time.Minute, "6.1.0"
	return Case{carry: onMachines("offers"), Scenario: topology.Scenario{ID: "unannounced", Headline: "A new version, and no Kubernetes that tells of it", Page: alert("voucher-shop", "GET /offers"),
		Answer: story.Truth{Cause: "version 6.1.0 of offer-engine fails", Service: "offer-engine", Component: "version/offer-engine", Since: at},
		System: func() topology.System {
			s := system("offers", at,
				service("voucher-shop", "2.8.0", "nodejs", topology.Pino, topology.Operation{Name: "GET /offers", P50: 0.012, P99: 0.06, Everyday: 0.001, Calls: []topology.Call{
					{To: "offer-engine POST /matches"}}}),
				service("offer-engine", "6.0.3", "go", topology.Slog, topology.Operation{Name: "POST /matches", P50: 0.02, P99: 0.08, Flaw: func(s topology.Situation) topology.Flaw {
					if s.Pod.Version != bad || s.Chance.Float64() > 0.3 {
						return topology.Flaw{}
					}
					return topology.Flaw{Status: 500, Type: "strconv.NumError", Message: `parsing "12,50": invalid syntax`, By: "match", Says: "price of an offer cannot be read"}
				}}))
			s.Entrances = []topology.Entrance{entrance("voucher-shop GET /offers", 2.1)}
			s.Story = []topology.Happening{{At: at, Rollout: &topology.Rollout{Service: "offer-engine", Version: bad}}}
			return s
		}}}
}

// switched: a feature flag is turned on for a part of the requests, and most of these fail. Spans tell of it in events.
func switched() Case {
	const at = -13 * time.Minute
	turned := func(s topology.Situation) topology.Flaw {
		variant := "flat"
		if s.Chance.Float64() < 0.45*s.Level {
			variant = "tiered"
		}
		flaw := topology.Flaw{Attributes: synth.Attributes{{Key: "feature_flag.key", Value: "points-scheme"}, {Key: "feature_flag.result.variant", Value: variant}}}
		if variant == "tiered" && s.Chance.Float64() < 0.8 {
			flaw.Status, flaw.Type, flaw.Message, flaw.By, flaw.Says = 500, "KeyError", "'tier'", "points", "no tier for member"
		}
		return flaw
	}
	plain := onMachines("loyalty")
	return Case{carry: func(b *telemetry.Batch) { plain(b); evaluatedInEvents(b.Traces) },
		Scenario: topology.Scenario{ID: "switched", Headline: "A feature flag is turned on", Page: alert("member-portal", "GET /points"),
			Answer: story.Truth{Cause: "the variant tiered of the flag points-scheme fails", Service: "points-api", Component: "featureflag/points-scheme", Since: at},
			System: func() topology.System {
				s := system("loyalty", at,
					service("member-portal", "3.0.1", "nodejs", topology.Pino, topology.Operation{Name: "GET /points", P50: 0.01, P99: 0.05, Everyday: 0.001, Calls: []topology.Call{
						{To: "points-api GET /balances/{member}"}}}),
					service("points-api", "11.2.0", "python", topology.Python, topology.Operation{Name: "GET /balances/{member}", P50: 0.018, P99: 0.07, Flaw: turned}))
				s.Entrances = []topology.Entrance{entrance("member-portal GET /points", 2)}
				return s
			}}}
}

// evaluatedInEvents moves what attributes tell of a flag's evaluation into an event of the span, after that of another flag.
func evaluatedInEvents(traces ptrace.Traces) {
	for _, resource := range traces.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				key, evaluated := span.Attributes().Get("feature_flag.key")
				variant, _ := span.Attributes().Get("feature_flag.result.variant")
				if !evaluated {
					continue
				}
				evaluation(span, "dark-mode", "off")
				evaluation(span, key.AsString(), variant.AsString())
				span.Attributes().RemoveIf(func(name string, _ pcommon.Value) bool { return strings.HasPrefix(name, "feature_flag.") })
			}
		}
	}
}

func evaluation(span ptrace.Span, key, variant string) {
	event := span.Events().AppendEmpty()
	event.SetName("feature_flag.evaluation")
	event.SetTimestamp(span.StartTimestamp())
	event.Attributes().PutStr("feature_flag.key", key)
	event.Attributes().PutStr("feature_flag.result.variant", variant)
	event.Attributes().PutStr("feature_flag.provider.name", "flagd")
}

// migrated: a migration drops a column that a service still writes. One line of whoever migrates tells of it.
func migrated() Case {
	const at = -14 * time.Minute
	return Case{carry: onMachines("accounts"), Scenario: topology.Scenario{ID: "migrated", Headline: "A migration drops a column that is still written", Page: alert("ledger-api", "POST /entries"),
		Answer: story.Truth{Cause: "migration 31 drops the column currency of the table entries", Service: "ledger-api", Component: "migration/31 - drop currency", Since: at},
		System: func() topology.System {
			refusal := topology.Flaw{Lost: true, Type: "psycopg.errors.UndefinedColumn", Message: `column "currency" of relation "entries" does not exist`, By: "entries",
				Says: `insert failed: column "currency" of relation "entries" does not exist`}
			ledger := postgres("ledger-db", "INSERT entries")
			ledger.Attributes = append(ledger.Attributes, synth.Attribute{Key: "db.namespace", Value: "ledger"})
			migrator := service("schema-runner", "1.0.0", "java", topology.SpringBoot)
			migrator.Sayings = []topology.Saying{{Level: "info", By: "o.f.core.internal.command.DbMigrate", Text: `Migrating schema "ledger" to version "31 - drop currency"`, PerSecond: 1,
				Course: func(s topology.Situation) float64 {
					if s.Since >= at && s.Since < at+time.Second {
						return 1
					}
					return 0
				}}}
			s := system("accounts", at, migrator,
				service("ledger-api", "4.4.0", "python", topology.Python, topology.Operation{Name: "POST /entries", P50: 0.014, P99: 0.06, Calls: []topology.Call{
					{Backend: ledger, Flaw: often(0.4, refusal)}}}))
			s.Entrances = []topology.Entrance{entrance("ledger-api POST /entries", 1.9)}
			return s
		}}}
}
