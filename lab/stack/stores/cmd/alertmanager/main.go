// Alertmanager, made of its own packages as its own program is, but for the pages: those are not in its Go module. It groups, waits,
// notifies, retries and repeats as its configuration file says.
//
//	alertmanager --config.file=FILE --web.listen-address=HOST:PORT
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/alertmanager/api"
	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/config/receiver"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/eventrecorder"
	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/inhibit"
	"github.com/prometheus/alertmanager/marker"
	"github.com/prometheus/alertmanager/nflog"
	"github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/provider/mem"
	"github.com/prometheus/alertmanager/silence"
	"github.com/prometheus/alertmanager/template"
	"github.com/prometheus/alertmanager/timeinterval"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/common/route"
)

const (
	retention   = time.Hour
	maintenance = time.Minute
)

func main() {
	file := flag.String("config.file", "alertmanager.yaml", "configuration file")
	listen := flag.String("web.listen-address", "127.0.0.1:9093", "address of the API")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *file, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "alertmanager:", err)
		os.Exit(1)
	}
}

// parts are what lasts as long as the program.
type parts struct {
	logger   *slog.Logger
	registry *prometheus.Registry
	flags    featurecontrol.Flagger
	events   eventrecorder.Recorder
	alerts   *mem.Alerts
	silences *silence.Silences
	silencer *silence.Silencer
	log      *nflog.Log
	groups   marker.GroupMarker
}

func run(ctx context.Context, file, listen string) error {
	conf, err := config.LoadFile(file)
	if err != nil {
		return err
	}
	p, err := newParts()
	if err != nil {
		return err
	}
	defer p.alerts.Close()
	ownURL := &url.URL{Scheme: "http", Host: listen}
	dispatcher, inhibitor, err := p.pipeline(conf, ownURL)
	if err != nil {
		return err
	}
	go inhibitor.Run()
	defer inhibitor.Stop()
	inhibitor.WaitForLoading()
	go dispatcher.Run(time.Now())
	defer dispatcher.Stop()
	return p.serve(ctx, conf, dispatcher, inhibitor, listen)
}

func newParts() (*parts, error) {
	p := &parts{logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), registry: prometheus.NewRegistry(),
		groups: marker.NewGroupMarker(), flags: featurecontrol.NoopFlags{}}
	p.events = eventrecorder.NewRecorderFromConfig(eventrecorder.Config{}, "lab", p.logger, p.registry)
	var err error
	if p.log, err = nflog.New(nflog.Options{Retention: retention, Logger: p.logger, Metrics: p.registry}); err != nil {
		return nil, err
	}
	if p.silences, err = silence.New(silence.Options{Retention: retention, Logger: p.logger, Metrics: p.registry, EventRecorder: p.events}); err != nil {
		return nil, err
	}
	p.silencer = silence.NewSilencer(p.silences, p.logger, p.events)
	p.alerts, err = mem.NewAlerts(context.Background(), maintenance, 0, p.silencer, p.logger, p.events, p.registry, p.flags)
	return p, err
}

// pipeline is what makes notifications of alerts, as the configuration says.
func (p *parts) pipeline(conf *config.Config, ownURL *url.URL) (*dispatch.Dispatcher, *inhibit.Inhibitor, error) {
	tmpl, err := template.FromGlobs(conf.Templates)
	if err != nil {
		return nil, nil, err
	}
	tmpl.ExternalURL = ownURL
	receivers := map[string][]notify.Integration{}
	for _, r := range conf.Receivers {
		if receivers[r.Name], err = receiver.BuildReceiverIntegrations(r, tmpl, p.logger); err != nil {
			return nil, nil, err
		}
	}
	inhibitor := inhibit.NewInhibitor(p.alerts, conf.InhibitRules, p.logger, p.events)
	stage := notify.NewPipelineBuilder(p.registry, p.flags, p.events).New(receivers, func() time.Duration { return 0 }, inhibitor, p.silencer,
		timeinterval.NewIntervener(nil), p.groups, p.log, nil)
	timeout := func(d time.Duration) time.Duration { return max(d, notify.MinTimeout) }
	return dispatch.NewDispatcher(p.alerts, dispatch.NewRoute(conf.Route, nil), stage, p.groups, timeout, maintenance, nil, p.logger, p.events,
		dispatch.NewDispatcherMetrics(false, p.registry, p.flags), tmpl), inhibitor, nil
}

func (p *parts) serve(ctx context.Context, conf *config.Config, d *dispatch.Dispatcher, i *inhibit.Inhibitor, listen string) error {
	handler, err := api.New(api.Options{Alerts: p.alerts, Silences: p.silences, GroupMutedFunc: p.groups.Muted, Logger: p.logger, Registry: p.registry,
		RequestDuration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "request_duration_seconds"}, []string{"handler", "method", "code"}),
		GroupFunc: func(ctx context.Context, routes func(*dispatch.Route) bool, alerts func(*alert.Alert, time.Time) bool) (dispatch.AlertGroups, map[model.Fingerprint][]string, error) {
			return d.Groups(ctx, routes, alerts)
		}})
	if err != nil {
		return err
	}
	handler.Update(conf, func(ctx context.Context, labels model.LabelSet) {
		i.Mutes(ctx, labels)
		p.silencer.Mutes(ctx, labels)
	})
	router := route.New()
	router.Get("/-/ready", func(http.ResponseWriter, *http.Request) {})
	router.Get("/metrics", promhttp.HandlerFor(p.registry, promhttp.HandlerOpts{}).ServeHTTP)
	server := &http.Server{Addr: listen, Handler: handler.Register(router, ""), ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.ListenAndServe(); ctx.Err() == nil {
		return err
	}
	return nil
}
