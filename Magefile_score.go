//go:build mage

package main

import (
	"context"

	"github.com/magefile/mage/mg"
)

// Score replays recorded incidents and prints how often the true service came first. RECORDINGS=dir, SCORE_JSON=file,
// PAGES=dir for a page of each incident, QUIET=1 to look at times without a fault too. CROSS=1 tries and cross-validates the
// ranking's thresholds instead, without stores.
func Score(ctx context.Context) error {
	recordings := setting("RECORDINGS", "")
	if recordings == "" {
		return mg.Fatal(2, "set RECORDINGS to a folder of recordings")
	}
	flags := []string{"-recordings", recordings, "-score-json", setting("SCORE_JSON", ""), "-score-pages", setting("PAGES", "")}
	if setting("QUIET", "") != "" {
		flags = append(flags, "-quiet")
	}
	if setting("CROSS", "") != "" {
		flags = append(flags, "-cross")
	}
	return labWith(ctx, "score", flags...)
}

// BenchScale investigates one incident in towns of several sizes, from blocks of metrics that it writes, and prints what each cost beside
// its ratio to the smallest. SIZES=10,100,1000 services; RUNS=3 of each, of which the middle one counts.
func BenchScale(ctx context.Context) error {
	return labWith(ctx, "scale", flagsSet(map[string]string{"SIZES": "sizes", "RUNS": "runs"})...)
}

// Record writes a recording of live stores, which score can replay. OUT=dir, PROMETHEUS=, TEMPO= and LOKI= their addresses,
// FROM= and TO= times such as 2026-01-31T10:00:00Z (the last hour unless set), TITLE=text, ALERT_SERVICE=name and ALERT_AT=time
// for its incident.
func Record(ctx context.Context) error {
	out := setting("OUT", "")
	if out == "" {
		return mg.Fatal(2, "set OUT to the folder that the recording is written to")
	}
	flags := flagsSet(map[string]string{"PROMETHEUS": "prometheus", "TEMPO": "tempo", "LOKI": "loki", "FROM": "from", "TO": "to",
		"TITLE": "title", "ALERT_SERVICE": "alert-service", "ALERT_AT": "alert-at"})
	return labWith(ctx, "record", append([]string{"-out", out}, flags...)...)
}
