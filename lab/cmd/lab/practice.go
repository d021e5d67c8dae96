package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/host"
	"github.com/faultline-investigation/faultline/lab/scenarios"
)

// practice brings the lab up with an incident picked by chance, says nothing of which it is, and serves its practice until
// it is told to stop.
func practice(ctx context.Context, s settings) error {
	all := scenarios.Names()
	s.scenario, s.unseen = all[rand.IntN(len(all))], true
	return withPage(ctx, s, own, func(l *lab.Lab, page *host.Host) error {
		controls, err := l.Control(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = controls.Close() }() // it complains about a file that is in nobody's way
		fmt.Fprintf(os.Stderr, "\nAn alert fires. Practise here, the clock runs from when you open it:\n%s&practice=1\n\nCtrl-C ends the lab.\n",
			page.Link(l.Instance().UID, l.Request()))
		return untilStopped(ctx, l)
	})
}
