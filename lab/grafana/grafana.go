package grafana

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

const (
	// DataSource is the uid of the Faultline data source in both organizations.
	DataSource = "faultline"
	// Administrator is the login of the lab's administrator, and the password too.
	Administrator = "admin"

	appID        = "faultline-investigation-app"
	readyWithin  = 3 * time.Minute // a first start makes a database
	preparedIn   = 2 * time.Minute
	alertingPoll = "5s" // Grafana looks every minute for organizations that are new to alerting
)

// Options say which Grafana runs and what it shows.
type Options struct {
	Home         string // an unpacked Grafana: the folder with bin, conf and public
	Address      string // "host:port" of this machine alone
	Plugin       string // folder of the built plugin
	Provisioning string // the repository's provisioning folder
	Pager        string // address that notifications are posted to
}

// Grafana is a running Grafana. The stack it was started beside ends it.
type Grafana struct {
	URL    string // as a browser reaches it, without a slash at its end
	Log    string // file of the server's log, which goes away with the lab
	Client *Client
}

// Start runs Grafana beside the stack's servers, with organizations, tokens, people and everything that is provisioned. The
// error says what to do.
func Start(ctx context.Context, s *stack.Stack, o Options) (*Grafana, error) {
	binary, err := o.check()
	if err != nil {
		return nil, err
	}
	folder, err := s.Folder("grafana")
	if err != nil {
		return nil, err
	}
	w := Workspace{Folder: folder, Provisioning: o.Provisioning}
	if err := w.offer(o.Plugin); err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(o.Address)
	if err != nil {
		return nil, fmt.Errorf("address of Grafana: %w", err)
	}
	internal := "http://" + o.Address
	g := &Grafana{URL: "http://localhost:" + port, Log: filepath.Join(w.log(), "grafana.log"), Client: &Client{URL: internal, User: Administrator, Password: Administrator}}
	_, err = s.StartBeside(ctx, stack.Beside{Name: "Grafana", Binary: binary, Args: []string{"server", "--homepath", o.Home},
		Env: environment(o, w, s, g.URL), Folder: folder, URL: internal, Ready: "/api/health", Within: readyWithin})
	if err != nil {
		return nil, err
	}
	return g, errors.Join(Prepare(ctx, g.Client, w, preparedIn), g.Client.MakeLogins(ctx))
}

// check finds Grafana's program, and says what is missing of what has to be there.
func (o Options) check() (string, error) {
	binary := filepath.Join(o.Home, "bin", "grafana")
	needed := []struct{ file, advice string }{
		{binary, "set GRAFANA_HOME to the folder of an unpacked Grafana 12.3 or newer"},
		{filepath.Join(o.Home, "conf", "defaults.ini"), "set GRAFANA_HOME to the folder of an unpacked Grafana 12.3 or newer"},
		{filepath.Join(o.Home, "public", "build"), "this Grafana has no front end: unpack a released one"},
		{filepath.Join(o.Plugin, "plugin.json"), "build the plugin with `go tool mage build`"},
		{filepath.Join(o.Provisioning, "datasources"), "start the lab from the repository's root"},
	}
	for _, n := range needed {
		if _, err := os.Stat(n.file); errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("there is no %s: %s", n.file, n.advice)
		} else if err != nil {
			return "", fmt.Errorf("grafana's files: %w", err)
		}
	}
	return binary, nil
}

// log is the folder of Grafana's log.
func (w Workspace) log() string { return filepath.Join(w.Folder, "log") }

// offer lays the built plugin where Grafana looks for plugins.
func (w Workspace) offer(plugin string) error {
	plugins := filepath.Join(w.Folder, "plugins")
	if err := os.MkdirAll(plugins, 0o750); err != nil {
		return fmt.Errorf("folder for plugins: %w", err)
	}
	whole, err := filepath.Abs(plugin)
	if err != nil {
		return fmt.Errorf("folder of the plugin: %w", err)
	}
	return link(whole, filepath.Join(plugins, appID))
}

// environment is Grafana's: where everything is, and nothing that leaves this machine.
func environment(o Options, w Workspace, s *stack.Stack, root string) []string {
	host, port, _ := net.SplitHostPort(o.Address) // Start has read it
	env := map[string]string{
		"GF_PATHS_DATA": filepath.Join(w.Folder, "data"), "GF_PATHS_LOGS": w.log(),
		"GF_PATHS_PLUGINS": filepath.Join(w.Folder, "plugins"), "GF_PATHS_PROVISIONING": w.Link(),
		"GF_SERVER_HTTP_ADDR": host, "GF_SERVER_HTTP_PORT": port, "GF_SERVER_ROOT_URL": root + "/",
		"GF_SECURITY_ADMIN_USER": Administrator, "GF_SECURITY_ADMIN_PASSWORD": Administrator,
		"GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS":      appID + ",faultline-investigation-datasource",
		"GF_PLUGINS_PREINSTALL_DISABLED":                 "true",
		"GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED":       "true",
		"GF_ANALYTICS_REPORTING_ENABLED":                 "false",
		"GF_ANALYTICS_CHECK_FOR_UPDATES":                 "false",
		"GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES":          "false",
		"GF_NEWS_NEWS_FEED_ENABLED":                      "false",
		"GF_UNIFIED_ALERTING_ADMIN_CONFIG_POLL_INTERVAL": alertingPoll,
		"GF_LOG_LEVEL":                   "warn",
		"FAULTLINE_GRAFANA_URL":          "http://" + o.Address,
		"FAULTLINE_PAGER_URL":            o.Pager,
		"FAULTLINE_PROMETHEUS_URL":       s.Prometheus.URL,
		"FAULTLINE_LOKI_URL":             s.Loki.URL,
		"FAULTLINE_TEMPO_URL":            s.Tempo.URL,
		"FAULTLINE_ORG_2_PROMETHEUS_URL": s.Prometheus.URL,
		"FAULTLINE_ORG_2_LOKI_URL":       s.Loki.URL,
		"FAULTLINE_ORG_2_TEMPO_URL":      s.Tempo.URL,
	}
	pairs := make([]string, 0, len(env))
	for name, value := range env {
		pairs = append(pairs, name+"="+value)
	}
	return pairs
}

// Link is the address of an investigation in an organization.
func (g *Grafana) Link(organization int64, r investigate.Request) string {
	values := url.Values{"ds": {DataSource}, "service": {r.Subject.Service}, "orgId": {strconv.FormatInt(organization, 10)},
		"from": {strconv.FormatInt(r.Window.From.UnixMilli(), 10)}, "to": {strconv.FormatInt(r.Window.To.UnixMilli(), 10)}}
	if r.Subject.Operation != "" {
		values.Set("operation", r.Subject.Operation)
	}
	return strings.TrimRight(g.URL, "/") + "/a/" + appID + "/investigate?" + values.Encode()
}
