// The lab's command: it is what the project's demo, investigate, fix and relapse tasks run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/faultline-investigation/faultline/lab/stack"
)

// The exit statuses beside 0.
const (
	failed     = 1 // the lab or the investigation could not run
	misused    = 2 // the command line is wrong
	incomplete = 3 // the investigation ran, but some steps could not look
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:])
	how := "Error:"
	if ctx.Err() != nil {
		how = "Stopped:" // what breaks off by that is no fault
	}
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, how, err)
	}
	os.Exit(status(err)) // the command has ended and stopped what it started; a status can be given in no other way
}

// status is the exit status that an error means.
func status(err error) int {
	var partly *uncheckedError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &partly):
		return incomplete
	case errors.Is(err, flag.ErrHelp):
		return misused
	default:
		return failed
	}
}

func run(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("lab", flag.ContinueOnError)
	settings := settingsOf(flags)
	target := targetOf(flags)
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: lab [flags] build | demo | investigate | audit | practice | serve | load | score | scale | record | fix | relapse")
		flags.PrintDefaults()
	}
	if err := flags.Parse(arguments); err != nil {
		return flag.ErrHelp
	}
	switch verb := flags.Arg(0); verb {
	case "build":
		return buildStores(ctx)
	case "demo":
		return demo(ctx, *settings)
	case "serve":
		return serve(ctx, *settings)
	case "practice":
		return practice(ctx, *settings)
	case "load":
		return load(ctx, *settings, *target)
	case "investigate":
		return investigateOnce(ctx, *settings)
	case "audit":
		return auditOnce(ctx, *settings)
	case "score":
		return scoreRecordings(ctx, *settings)
	case "scale":
		return measureScale(ctx, *settings)
	case "record":
		return record(ctx, *settings)
	case "fix", "relapse":
		return send(ctx, verb)
	default:
		flags.Usage()
		return flag.ErrHelp
	}
}

// buildStores fills the cache with the stores and the parser of Tempo's queries, so that nothing later waits for them.
func buildStores(ctx context.Context) error {
	options := stack.Options{Progress: os.Stderr}
	if err := stack.Build(ctx, options); err != nil {
		return err
	}
	_, err := stack.BuildTraceQLParser(ctx, options)
	return err
}
