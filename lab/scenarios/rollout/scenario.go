// Package rollout plays a bad release: a new version of one service fails for one kind of request. README.md tells the story.
package rollout

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const (
	fares      = "fare-service"
	oldVersion = "3.8.2"
	newVersion = "3.9.0"
	released   = -14 * time.Minute
	multiCity  = 0.2 // of all quotes
)

// Scenario is the bad release.
func Scenario() story.Scenario {
	return topology.Scenario{
		ID: "rollout", Headline: "Bookings fail since a release of fare-service",
		Tells: "A new version of fare-service computes layovers, and takes the last leg of a trip for one that has a layover too. Trips " +
			"over several cities fail, one booking in five; all others are sold as ever.",
		Page: story.Alert{Name: "BookingErrorRateHigh", Service: "booking-api", Operation: "POST /bookings", Threshold: 0.02, Value: 0.2,
			Labels: map[string]string{"alertname": "BookingErrorRateHigh", "severity": "critical", "service": "booking-api", "namespace": "travel"}},
		Answer: story.Truth{Cause: "fare-service 3.9.0 throws a NullPointerException for trips over several cities", Service: fares,
			Component: "deployment/" + fares, Since: released, Reason: `rolled out`, Remedy: "kubectl rollout undo deployment/" + fares + " -n travel"},
		System: system,
	}
}

func system() topology.System {
	release := func(version string) []topology.Happening {
		return []topology.Happening{{Rollout: &topology.Rollout{Service: fares, Version: version}}}
	}
	return topology.System{
		Cluster: "travel-production", Namespace: "travel", Nodes: topology.Workers("eu-west-1"), Kept: 0.04,
		Entrances: []topology.Entrance{{To: "booking-api POST /bookings", Rate: 6}, {To: "booking-api GET /bookings/{id}", Rate: 4}},
		Services:  services(),
		Story: []topology.Happening{
			{At: -71 * time.Minute, Rollout: &topology.Rollout{Service: "seat-service", Version: "1.22.0"}},
			{At: released, Rollout: &topology.Rollout{Service: fares, Version: newVersion}},
		},
		OnFix: release(oldVersion), OnRelapse: release(newVersion),
	}
}

const mega = 1 << 20

func services() []topology.Service {
	return []topology.Service{
		{Name: "booking-api", Version: "5.4.1", Language: "go", Log: topology.Slog, Replicas: 2, CPU: 2, Memory: 512 * mega,
			Operations: []topology.Operation{
				{Name: "POST /bookings", P50: 0.012, P99: 0.05, Everyday: 0.001, Calls: []topology.Call{
					{To: fares + " POST /quotes"}, {To: "seat-service POST /seats/reservations"}, {Backend: database("INSERT bookings.booking")}}},
				{Name: "GET /bookings/{id}", P50: 0.004, P99: 0.02, Everyday: 0.0005, Calls: []topology.Call{{Backend: database("SELECT bookings.booking")}}},
			},
			Sayings: []topology.Saying{{Level: "info", By: "outbox", Text: "outbox flushed: {n} messages in {ms} ms", PerSecond: 0.2},
				{Level: "warn", By: "ratelimit", Text: "client {id} used {n} of 100 requests", PerSecond: 0.03}}},
		{Name: fares, Version: oldVersion, Language: "java", Log: topology.SpringBoot, Replicas: 2, CPU: 2, Memory: 1024 * mega,
			Operations: []topology.Operation{{Name: "POST /quotes", P50: 0.035, P99: 0.12, Everyday: 0.0004, Flaw: quote}},
			Sayings: []topology.Saying{{Level: "info", By: "c.example.fares.TariffCache", Text: "tariffs refreshed, {n} entries in {ms} ms", PerSecond: 0.1},
				{Level: "warn", By: "c.example.fares.CurrencyRates", Text: "rate of currency {id} is {n} minutes old", PerSecond: 0.02}}},
		{Name: "seat-service", Version: "1.21.4", Language: "nodejs", Log: topology.Pino, Replicas: 2, CPU: 1, Memory: 384 * mega,
			Operations: []topology.Operation{{Name: "POST /seats/reservations", P50: 0.02, P99: 0.07, Everyday: 0.0005}},
			Sayings:    []topology.Saying{{Level: "info", By: "seatmap", Text: "seat map {id} rebuilt in {ms} ms", PerSecond: 0.3}}},
	}
}

func database(statement string) *topology.Backend {
	return &topology.Backend{Name: "bookings-db", Kind: "database", Span: statement, P50: 0.003, P99: 0.015, Attributes: synth.Attributes{
		{Key: "db.system.name", Value: "postgresql"}, {Key: "db.namespace", Value: "bookings"}, {Key: "db.query.summary", Value: statement},
		{Key: "server.address", Value: "bookings-db"}, {Key: "server.port", Value: 5432}}}
}

// stack is what the JVM prints of the new version's mistake.
const stack = `java.lang.NullPointerException: Cannot invoke "com.example.fares.Leg.departure()" because "next" is null
	at com.example.fares.Layovers.between(Layovers.java:58)
	at com.example.fares.FareCalculator.quote(FareCalculator.java:131)
	at com.example.fares.QuoteController.create(QuoteController.java:44)`

// quote is one request for a price: every fifth trip is over several cities.
func quote(s topology.Situation) topology.Flaw {
	trip := "return"
	switch pick := s.Chance.Float64(); {
	case pick < multiCity:
		trip = "multi-city"
	case pick < 0.5:
		trip = "one-way"
	}
	flaw := topology.Flaw{Attributes: synth.Attributes{{Key: "app.trip.type", Value: trip}}}
	if trip == "multi-city" && s.Pod.Version == newVersion {
		flaw.Status, flaw.Type, flaw.Message, flaw.Stack = 500, "java.lang.NullPointerException",
			`Cannot invoke "com.example.fares.Leg.departure()" because "next" is null`, stack
		flaw.By, flaw.Says = "o.a.c.c.C.[.[.[/].[dispatcherServlet]", "Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception"
	}
	return flaw
}
