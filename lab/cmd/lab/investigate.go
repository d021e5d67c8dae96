package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/host"
	"github.com/faultline-investigation/faultline/lab/terminal"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/report"
)

// settings are the command line's.
type settings struct {
	backend   string
	scenario  string
	unseen    bool // set by practice
	subject   subject
	names     string
	stores    string // that demo begins with: recorded, live, or empty for whichever is there
	format    string
	files     files
	listen    string
	scoring   scoring
	recording recording
	scale     struct {
		sizes string
		runs  int
	}

	grafana      string
	provisioning string
}

func settingsOf(flags *flag.FlagSet) *settings {
	var s settings
	flags.StringVar(&s.backend, "backend", "", "path of the plugin's backend binary")
	flags.StringVar(&s.scenario, "scenario", "walkthrough", "name of the incident")
	flags.StringVar(&s.names, "names", "", "what the incident's metrics are called: otel, tempo, collector, istio, spring, classic, counts, native, or those of a framework, gateway or store; empty: as usual")
	flags.StringVar(&s.stores, "stores", "", "what demo shows: recorded or live; empty: the recording until the stores are built")
	flags.StringVar(&s.format, "format", "text", "text, json or markdown")
	flags.StringVar(&s.files.plugin, "plugin", "dist", "folder of the built plugin, for demo and serve")
	flags.StringVar(&s.files.page, "page", "dist-host", "folder of the built host page, for demo and serve")
	flags.StringVar(&s.listen, "listen", host.Address, "where demo and serve show the page; port 0 means any free one")
	flags.StringVar(&s.scoring.recordings, "recordings", "", "folder of recordings, for score")
	flags.StringVar(&s.scoring.json, "score-json", "", "file that score writes its result to")
	flags.StringVar(&s.scoring.pages, "score-pages", "", "folder that score writes a page for each incident to")
	s.recording.flags(flags)
	s.subject.flags(flags)
	flags.BoolVar(&s.scoring.quiet, "quiet", false, "score also investigates times without a fault")
	flags.BoolVar(&s.scoring.cross, "cross", false, "score tries the thresholds of the ranking at other values, without stores")
	flags.StringVar(&s.scale.sizes, "sizes", "10,100,1000", "numbers of services, for scale")
	flags.IntVar(&s.scale.runs, "runs", 3, "investigations of each size, for scale")
	flags.StringVar(&s.grafana, "grafana", os.Getenv("GRAFANA_HOME"), "folder of an unpacked Grafana, which demo then starts in the place of the host page")
	flags.StringVar(&s.provisioning, "provisioning", "provisioning", "folder of provisioning files, as Grafana sees it, for demo and load")
	return &s
}

// uncheckedError says that some steps could not look.
type uncheckedError struct{ steps int }

func (e *uncheckedError) Error() string {
	return fmt.Sprintf("%d of the steps could not look; each says why and what to do.", e.steps)
}

// investigateOnce investigates a service of stores that run elsewhere, where any are named. Else it brings the lab up, prints
// one investigation, and takes the lab down.
func investigateOnce(ctx context.Context, s settings) (err error) {
	if s.elsewhere() {
		return investigateStores(ctx, s)
	}
	l, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Stop()) }()
	return printLab(ctx, l, s.format)
}

func open(ctx context.Context, s settings) (*lab.Lab, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return lab.Start(ctx, lab.Options{Scenario: s.scenario, Unseen: s.unseen, Names: s.names, Backend: s.backend, Progress: os.Stderr, Log: os.Stderr})
}

// check says what is wrong with the settings of an investigation.
func (s settings) check() error {
	if _, known := formats[s.format]; !known {
		return fmt.Errorf("there is no format %q: choose text, json or markdown", s.format)
	}
	if s.backend == "" {
		return errors.New("-backend is missing: give the path of the plugin's backend binary")
	}
	return nil
}

// printLab investigates what the lab's incident asks for, and prints it.
func printLab(ctx context.Context, l *lab.Lab, format string) error {
	return investigateAndPrint(ctx, l.Backend, l.Instance(), l.Request(), format)
}

// unlooked is an *uncheckedError when some steps of the case could not look.
func unlooked(c *incident.Case) error {
	n := 0
	for _, s := range c.Steps {
		if s.Outcome == incident.NotChecked {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return &uncheckedError{n}
}

// formats are the ways to print a case.
var formats = map[string]func(io.Writer, *incident.Case) error{
	"text": func(w io.Writer, c *incident.Case) error {
		// The writer takes colours out where they cannot be shown, or are not wanted (NO_COLOR).
		return terminal.Print(colorprofile.NewWriter(w, os.Environ()), c, width())
	},
	"json": func(w io.Writer, c *incident.Case) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(c)
	},
	"markdown": func(w io.Writer, c *incident.Case) error {
		_, err := io.WriteString(w, report.Markdown(c))
		return err
	},
}

// width is the terminal's, or a usual one where there is none.
func width() int {
	const usual = 120
	if columns, _, err := term.GetSize(os.Stdout.Fd()); err == nil && columns > 0 {
		return columns
	}
	return usual
}

func send(ctx context.Context, verb string) error {
	said, err := lab.Send(ctx, verb)
	if err != nil {
		return err
	}
	fmt.Print(said)
	return nil
}
