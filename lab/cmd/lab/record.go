package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/faultline-investigation/faultline/lab/progress"
	"github.com/faultline-investigation/faultline/lab/recordings"
)

// recording is what the command line says of a recording to be written.
type recording struct {
	out, from, to, title, service, at string
	stores                            recordings.Stores
}

func (r *recording) flags(flags *flag.FlagSet) {
	flags.StringVar(&r.out, "out", "", "folder that record writes to")
	flags.StringVar(&r.stores.Prometheus, "prometheus", "", "address of the metrics store, for investigate, record and load; load expects it at "+usualPrometheus+" unless set")
	flags.StringVar(&r.stores.Tempo, "tempo", "", "address of the trace store, for investigate, record and load; load expects it at "+usualTempo+" unless set")
	flags.StringVar(&r.stores.Loki, "loki", "", "address of the log store, for investigate, record and load; load expects it at "+usualLoki+" unless set")
	flags.StringVar(&r.from, "from", "", "where the recording, or the time to investigate, begins, as 2026-01-31T10:00:00Z; an hour before its end unless set")
	flags.StringVar(&r.to, "to", "", "where it ends; now unless set")
	flags.StringVar(&r.title, "title", "Recorded incident", "the recording's title")
	flags.StringVar(&r.service, "alert-service", "", "service whose alert fired, for the recording's incident")
	flags.StringVar(&r.at, "alert-at", "", "when it fired; the recording's end unless set")
}

// record writes a recording of live stores.
func record(ctx context.Context, s settings) error {
	r := s.recording
	switch {
	case r.out == "":
		return errors.New("set OUT to the folder that the recording is written to")
	case r.stores == (recordings.Stores{}):
		return errors.New("set PROMETHEUS, TEMPO and LOKI to the stores' addresses, or some of them")
	}
	to, err := timeOr(r.to, time.Now().UTC().Truncate(time.Second))
	if err != nil {
		return err
	}
	from, err := timeOr(r.from, to.Add(-time.Hour))
	if err != nil {
		return err
	}
	at, err := timeOr(r.at, to)
	if err != nil {
		return err
	}
	sheet := recordings.Recording{Folder: r.out, Title: r.title, From: from, To: to, Incidents: []recordings.Incident{}}
	if r.service != "" {
		sheet.Incidents = append(sheet.Incidents, recordings.Incident{ID: at.Format("2006-01-02-1504"), Alert: recordings.Alert{Service: r.service, At: at}})
	}
	var counts recordings.Recorded
	err = progress.New(os.Stderr).During("recording", func() (err error) {
		counts, err = sheet.Write(ctx, r.stores)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("Recorded %d traces, %d log lines and %d samples into %s. Add each incident's truth to its recording.yaml to score it.\n",
		counts.Traces, counts.Lines, counts.Samples, r.out)
	return nil
}

func timeOr(text string, usual time.Time) (time.Time, error) {
	if text == "" {
		return usual, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("%q is no time: write it as 2026-01-31T10:00:00Z", text)
	}
	return at.UTC(), nil
}
