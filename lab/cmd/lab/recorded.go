package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/host"
	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/progress"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/source/shipped"
)

// recordedScenario is the incident of which a recording comes with the plugin.
const recordedScenario = "walkthrough"

// demoRecorded shows the recording at once. Unless it is to stay at that, it builds and starts the stores meanwhile, and goes on
// with the live incident when it is there.
func demoRecorded(ctx context.Context, s settings, alone bool) (err error) {
	listener, err := host.Listen(ctx, s.listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the page has closed it already where there was one
	backend, err := plugin.Start(s.backend, os.Stderr)
	if err != nil {
		return err
	}
	defer backend.Stop()
	d, err := newRecordedDemo(s, backend, alone)
	if err != nil {
		return err
	}
	page, err := host.Start(listener, host.Options{Content: d.content(), Notice: d.notice, Plugin: s.files.plugin, Page: s.files.page})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, page.Close()) }()
	d.page = page
	if err := d.show(ctx); err != nil {
		return err
	}
	if alone {
		fmt.Fprintln(os.Stderr, "Nothing else is started. STORES=live plays the incident into real stores. Ctrl-C ends the lab.")
		<-ctx.Done()
		return nil
	}
	return d.goLive(ctx)
}

// recordedDemo is a page that begins with a recording.
type recordedDemo struct {
	settings  settings
	backend   *plugin.Backend
	recording *shipped.Recording
	alone     bool
	page      *host.Host
	board     *progress.Board

	mu   sync.Mutex
	live string    // link to the investigation of the live incident, once it runs
	at   time.Time // since when
	lost string    // why there will be none
}

func newRecordedDemo(s settings, backend *plugin.Backend, alone bool) (*recordedDemo, error) {
	recording, err := shipped.Open(recordedScenario)
	if err != nil {
		return nil, err
	}
	return &recordedDemo{settings: s, backend: backend, recording: recording, alone: alone, board: &progress.Board{Out: os.Stderr}}, nil
}

// instance is the data source that is the recording.
func (d *recordedDemo) instance() plugin.Instance {
	return plugin.Instance{Organization: 1, UID: "faultline-recording", Name: "Recording", Settings: map[string]any{"recording": d.recording.Name}}
}

func (d *recordedDemo) request() investigate.Request {
	return investigate.Request{Subject: d.recording.Subject, Window: d.recording.Window}
}

func (d *recordedDemo) content() host.Content {
	c := host.Content{Backend: d.backend, Instances: []plugin.Instance{d.instance()}}
	if scenario, err := scenarios.Lookup(recordedScenario); err == nil {
		c.Alerts = []host.FiringAlert{alertOf(scenario.Alert(), d.recording.At())}
	}
	return c
}

// show prints the recording's investigation, and where its page is.
func (d *recordedDemo) show(ctx context.Context) error {
	var partly *uncheckedError
	if err := investigateAndPrint(ctx, d.backend, d.instance(), d.request(), d.settings.format); err != nil && !errors.As(err, &partly) {
		return err
	}
	fmt.Fprintf(os.Stderr, "\nThis is a recording: what real stores answered on %s.\nThe page is at %s\nThe investigation: %s\n\n",
		d.recording.At().UTC().Format("2 January 2006 at 15:04 MST"), d.page.URL, d.link())
	return nil
}

func (d *recordedDemo) link() string { return d.page.Link(d.instance().UID, d.request()) }

// goLive builds and starts the stores, has the page go on with the live incident, and goes on until it is told to stop. A lab
// that cannot be started leaves the recording standing.
func (d *recordedDemo) goLive(ctx context.Context) (err error) {
	fmt.Fprintln(os.Stderr, "Prometheus, Loki and Tempo are built now, once; the page goes on with the live incident when they run. Ctrl-C ends the lab.")
	l, err := lab.Start(ctx, lab.Options{Scenario: d.settings.scenario, Backend: d.settings.backend, Progress: d.board, Log: os.Stderr})
	if err != nil && ctx.Err() == nil {
		d.lose(err)
		fmt.Fprintf(os.Stderr, "The live incident cannot be shown: %s\nThe recording stays at %s until Ctrl-C.\n", err, d.page.URL)
		<-ctx.Done()
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Stop()) }()
	controls, err := l.Control(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = controls.Close() }() // it complains about a file that is in nobody's way
	if err := d.page.Add(host.Content{Backend: l.Backend, Instances: []plugin.Instance{l.Instance()}, Alerts: []host.FiringAlert{firing(l)}}); err != nil {
		return err
	}
	d.turn(d.page.Link(l.Instance().UID, l.Request()))
	fmt.Fprint(os.Stderr, "\nThe live incident runs, and the page goes on with it.\n")
	sayLive(d.page, l)
	return untilStopped(ctx, l)
}

func (d *recordedDemo) turn(link string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.live, d.at = link, time.Now()
}

func (d *recordedDemo) lose(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lost = err.Error()
}

// notice is what the page's bar says.
func (d *recordedDemo) notice() host.Notice {
	d.mu.Lock()
	defer d.mu.Unlock()
	const what = "You see a recording of real stores' answers."
	switch {
	case d.alone:
		return host.Notice{Text: what}
	case d.lost != "":
		return host.Notice{Text: what + " The live incident cannot be shown; the terminal says why."}
	case d.live != "":
		return host.Notice{Text: "The live incident has been running since " + d.at.Format(time.TimeOnly) + ".",
			Link: &host.NoticeLink{Text: "Show the recording", URL: d.link()}, From: d.instance().UID, Instead: d.live}
	}
	text := what + " The live incident follows"
	if label, begun := d.board.Doing(); label != "" {
		text += fmt.Sprintf(": %s, %s so far", label, time.Since(begun).Round(time.Second))
	}
	return host.Notice{Text: text + ".", Busy: true}
}
