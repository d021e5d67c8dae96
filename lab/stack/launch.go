package stack

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

const loopback = "127.0.0.1"

// launch is all that is needed to start one server and to know that it is ready.
type launch struct {
	name   string
	binary string
	remedy string // what to do when it cannot be started
	args   []string
	env    []string
	folder string // its data, and its working directory
	url    string
	otlp   string
	// otlpGRPC is a host and port
	otlpGRPC string
	probes   []probe
}

// plan makes a launch for a program on given ports; each start of a server makes a new one, with new free ports.
type plan struct {
	program program
	// fixed are the ports a person chose, zero for free; further ones, which only the server itself uses, follow as zeros.
	fixed  []int
	launch func(configs, data string, ports []int) launch
}

func plans(p Ports) []plan {
	return []plan{
		{program: prometheusProgram, fixed: []int{p.Prometheus}, launch: launchPrometheus},
		{program: lokiProgram, fixed: []int{p.Loki, 0}, launch: launchLoki},
		{program: tempoProgram, fixed: []int{p.Tempo, p.TempoOTLP, 0, 0}, launch: launchTempo},
	}
}

// namesOf lists the servers that are to be started, as a sentence does.
func namesOf(chosen []plan) string {
	names := make([]string, len(chosen))
	for i, p := range chosen {
		names[i] = p.program.name
	}
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

func launchPrometheus(configs, data string, ports []int) launch {
	url := address(ports[0])
	return launch{
		args: []string{
			"--config.file=" + filepath.Join(configs, "prometheus", "prometheus.yaml"),
			"--storage.tsdb.path=" + filepath.Join(data, "tsdb"),
			fmt.Sprintf("--web.listen-address=%s:%d", loopback, ports[0]),
			"--web.enable-otlp-receiver",
			"--web.enable-remote-write-receiver",
			"--enable-feature=exemplar-storage",
			"--log.level=warn",
		},
		url:  url,
		otlp: url + "/api/v1/otlp/v1/metrics",
		probes: []probe{
			{what: "readiness", method: http.MethodGet, url: url + "/-/ready", accepts: isOK},
			{what: "an empty push", method: http.MethodPost, url: url + "/api/v1/otlp/v1/metrics", accepts: isOK},
		},
	}
}

func launchLoki(configs, data string, ports []int) launch {
	url := address(ports[0])
	return launch{
		args: configArguments(configs, "loki"),
		env: []string{
			"LOKI_LISTEN_ADDRESS=" + loopback,
			fmt.Sprintf("LOKI_HTTP_PORT=%d", ports[0]),
			fmt.Sprintf("LOKI_GRPC_PORT=%d", ports[1]),
			"LOKI_DATA=" + data,
		},
		url:  url,
		otlp: url + "/otlp/v1/logs",
		probes: []probe{
			{what: "readiness", method: http.MethodGet, url: url + "/ready", accepts: isOK},
			{what: "its ring", method: http.MethodGet, url: url + "/ring", accepts: hasActiveMember},
			{what: "an empty push", method: http.MethodPost, url: url + "/otlp/v1/logs", accepts: isUnprocessable},
		},
	}
}

func launchTempo(configs, data string, ports []int) launch {
	url, otlp := address(ports[0]), address(ports[1])+"/v1/traces"
	return launch{
		args: configArguments(configs, "tempo"),
		env: []string{
			"TEMPO_LISTEN_ADDRESS=" + loopback,
			fmt.Sprintf("TEMPO_HTTP_PORT=%d", ports[0]),
			fmt.Sprintf("TEMPO_OTLP_HTTP_PORT=%d", ports[1]),
			fmt.Sprintf("TEMPO_OTLP_GRPC_PORT=%d", ports[2]),
			fmt.Sprintf("TEMPO_GRPC_PORT=%d", ports[3]),
			"TEMPO_DATA=" + data,
		},
		url:  url,
		otlp: otlp, otlpGRPC: fmt.Sprintf("%s:%d", loopback, ports[2]),
		probes: []probe{
			{what: "readiness", method: http.MethodGet, url: url + "/ready", accepts: isOK},
			{what: "its ingester ring", method: http.MethodGet, url: url + "/ingester/ring", accepts: hasActiveMember},
			{what: "its generator ring", method: http.MethodGet, url: url + "/metrics-generator/ring", accepts: hasActiveMember},
			{what: "an empty push", method: http.MethodPost, url: otlp, accepts: isOK},
		},
	}
}

func configArguments(configs, server string) []string {
	return []string{
		"-config.file=" + filepath.Join(configs, server, server+".yaml"),
		"-config.expand-env=true",
	}
}

func address(port int) string { return fmt.Sprintf("http://%s:%d", loopback, port) }

// plainEnvironment leaves out what would make a server trace itself, use a proxy or read another configuration.
func plainEnvironment() []string {
	env := []string{}
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		switch name {
		case "PATH", "HOME", "TMPDIR", "LANG", "TZ", "GOMAXPROCS", "GOMEMLIMIT":
			env = append(env, pair)
		}
	}
	return env
}

// choosePorts fills the zeros with free ports. All are held open until the last is chosen, so that none is chosen twice.
func choosePorts(name string, fixed []int) ([]int, error) {
	ports := make([]int, len(fixed))
	for i, port := range fixed {
		listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		if err != nil && port != 0 {
			return nil, &Failure{Sentence: fmt.Sprintf(
				"Port %d, asked for %s, is not free (%v); stop what listens there, or choose another port.", port, name, err)}
		}
		if err != nil {
			return nil, fmt.Errorf("cannot find a free port for %s: %w", name, err)
		}
		defer func() { _ = listener.Close() }()
		ports[i] = portOf(listener)
	}
	return ports, nil
}

func portOf(listener net.Listener) int {
	address, err := netip.ParseAddrPort(listener.Addr().String())
	if err != nil {
		return 0
	}
	return int(address.Port())
}
