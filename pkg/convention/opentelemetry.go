package convention

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Statuses of gRPC that are the server's fault, as OpenTelemetry writes them since they are texts.
const grpcWords = "UNKNOWN|DEADLINE_EXCEEDED|RESOURCE_EXHAUSTED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS"

// reportedRows are what SDKs, agents and auto-instrumentation of OpenTelemetry report of served requests. Where names have no unit,
// the unit is that of the semantic conventions.
func (t translation) reportedRows() []requestRow {
	rows := []requestRow{
		{RequestMetric: incident.RequestMetric{
			Convention: "OpenTelemetry HTTP" + t.said, Histogram: t.metric("http.server.request.duration", "seconds"), Seconds: 1, Services: t.services(),
			Operation: incident.OperationLabels{Method: t.label("http.request.method"), Route: t.label("http.route")},
			Code:      t.label("http.response.status_code"), Failed: incident.Match{Label: t.label("http.response.status_code"), Pattern: serverErrors},
		}},
		{RequestMetric: incident.RequestMetric{
			Convention: "OpenTelemetry HTTP before 1.23" + t.said, Histogram: t.metric("http.server.duration", "milliseconds"), Seconds: 0.001, Services: t.services(),
			Operation: incident.OperationLabels{Method: t.label("http.method"), Route: t.label("http.route")},
			Code:      t.label("http.status_code"), Failed: incident.Match{Label: t.label("http.status_code"), Pattern: serverErrors},
		}},
		{RequestMetric: incident.RequestMetric{
			Convention: "OpenTelemetry RPC" + t.said, Histogram: t.metric("rpc.server.duration", "milliseconds"), Seconds: 0.001, Services: t.services(),
			Operation: incident.OperationLabels{Procedures: t.label("rpc.service"), Method: t.label("rpc.method")},
			Code:      t.label("rpc.grpc.status_code"), Failed: incident.Match{Label: t.label("rpc.grpc.status_code"), Pattern: grpcNumbers},
		}},
		{RequestMetric: incident.RequestMetric{
			Convention: "OpenTelemetry RPC since 1.39" + t.said, Histogram: t.metric("rpc.server.call.duration", "seconds"), Seconds: 1, Services: t.services(),
			Operation: incident.OperationLabels{Whole: t.label("rpc.method")},
			Code:      t.label("rpc.response.status_code"), Failed: incident.Match{Label: t.label("rpc.response.status_code"), Pattern: grpcWords},
		}},
		// OBI and Beyla measure the older name in seconds, and write its method whole, as a path.
		{RequestMetric: incident.RequestMetric{
			Convention: "OBI and Beyla RPC" + t.said, Histogram: t.metric("rpc.server.duration", "seconds"), Seconds: 1, Services: t.services(),
			Code: t.label("rpc.grpc.status_code"), Failed: incident.Match{Label: t.label("rpc.grpc.status_code"), Pattern: grpcNumbers},
		}},
	}
	if !t.units { // which of the two units it is cannot be told from a name without one
		rows = slices.DeleteFunc(rows, func(r requestRow) bool { return r.Histogram == t.label("rpc.server.duration") })
	}
	return rows
}

// calledMetric is what SDKs report of the requests that they send.
func (t translation) calledMetric() incident.EdgeMetric {
	return incident.EdgeMetric{
		Convention: "OpenTelemetry HTTP client" + t.said, Histogram: t.metric("http.client.request.duration", "seconds"), Seconds: 1,
		FailedCall: &incident.Match{Label: t.label("error.type"), Pattern: clientFailed}, Clients: t.services(), Server: t.label("server.address"), Hosts: true,
	}
}

// lookupMetric is what SDKs report of the names that they look up.
func (t translation) lookupMetric() incident.LookupMetric {
	return incident.LookupMetric{Convention: "OpenTelemetry DNS" + t.said, Histogram: t.metric("dns.lookup.duration", "seconds"), Seconds: 1,
		Services: t.services(), Name: t.label("dns.question.name")}
}

// pools are what SDKs report of their pools of connections, whose numbers have no unit in any name.
func (t translation) pools() []incident.PoolMetric {
	return []incident.PoolMetric{
		{
			Convention: "OpenTelemetry HTTP client" + t.said, Used: t.label("http.client.open_connections"), Only: map[string]string{t.label("http.connection.state"): "active"},
			Max: t.label("http.client.connections.max"), Services: t.services(),
		},
		{
			Convention: "OpenTelemetry database client" + t.said, Used: t.label("db.client.connection.count"), Only: map[string]string{t.label("db.client.connection.state"): "used"},
			Max: t.label("db.client.connection.max"), Services: t.services(), Name: t.label("db.client.connection.pool.name"),
		},
	}
}
