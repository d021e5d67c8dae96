// Command soak uses the backend at random for a time, and fails where goroutines or memory are left of it. DURATION says how long, as Go
// writes durations; an hour unless set. SEED makes two runs alike.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/lab/soak"
)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	o := soak.Options{Duration: time.Hour, Out: os.Stdout, Seed: uint64(time.Now().UnixNano())} // #nosec G115 -- any number will do
	var err error
	if text := os.Getenv("DURATION"); text != "" {
		if o.Duration, err = time.ParseDuration(text); err != nil || o.Duration <= 0 {
			return fmt.Errorf("DURATION is %q, which is not a duration such as 10m", text)
		}
	}
	if text := os.Getenv("SEED"); text != "" {
		if o.Seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			return fmt.Errorf("SEED is %q, which is not a number", text)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	_, _ = fmt.Fprintf(o.Out, "soaking for %s (SEED=%d)\n", o.Duration, o.Seed)
	return soak.Run(ctx, o)
}
