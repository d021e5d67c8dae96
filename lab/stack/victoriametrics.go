package stack

import (
	"context"
	"fmt"
)

var victoriaMetricsProgram = program{
	name: "VictoriaMetrics", file: "victoriametrics", folder: "victoriametrics",
	pkg: "github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics", duration: "about 1 min",
}

// StartVictoriaMetrics builds VictoriaMetrics once into the cache and starts it alone. It answers Prometheus' API at the server's URL and
// takes OTLP metrics at its OTLP address, which it names as Prometheus does. The stack, which holds nothing else, has to be stopped.
func StartVictoriaMetrics(ctx context.Context, o Options) (*Stack, *Server, error) {
	s, server, err := startAlone(ctx, o, victoriaMetricsProgram, ".", func(folder string, port int) (Beside, error) {
		return Beside{Ready: "/-/ready", Args: []string{"-storageDataPath=" + folder, fmt.Sprintf("-httpListenAddr=%s:%d", loopback, port),
			"-opentelemetry.usePrometheusNaming", "-retentionPeriod=30d", "-search.latencyOffset=0s", "-loggerLevel=WARN"}}, nil
	})
	if server != nil {
		server.OTLP = server.URL + "/opentelemetry/v1/metrics"
	}
	return s, server, err
}
