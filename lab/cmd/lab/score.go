package main

import (
	"context"
	"errors"
	"os"

	"github.com/faultline-investigation/faultline/lab/replay"
	"github.com/faultline-investigation/faultline/lab/score"
)

// scoring is what the command line says of a scoring.
type scoring struct {
	recordings, json, pages string
	quiet, cross            bool
}

// scoreRecordings replays all incidents of a folder of recordings and prints how they were judged.
func scoreRecordings(ctx context.Context, s settings) error {
	if s.scoring.cross {
		if s.scoring.recordings == "" {
			return errors.New("set RECORDINGS to a folder of recordings")
		}
		return replay.Cross(ctx, s.scoring.recordings, os.Stdout)
	}
	if s.backend == "" {
		return errors.New("-backend is missing: give the path of the plugin's backend binary")
	}
	if s.scoring.recordings == "" {
		return errors.New("set RECORDINGS to a folder of recordings")
	}
	result, err := score.Run(ctx, score.Options{Recordings: s.scoring.recordings, Backend: s.backend, Quiet: s.scoring.quiet, Progress: os.Stderr, Log: os.Stderr})
	if err != nil {
		return err
	}
	if s.scoring.json != "" {
		if err := score.WriteJSON(s.scoring.json, result); err != nil {
			return err
		}
	}
	if s.scoring.pages != "" {
		if err := score.WritePages(s.scoring.pages, result); err != nil {
			return err
		}
	}
	return score.Print(os.Stdout, result)
}
