package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/faultline-investigation/faultline/lab"
	"github.com/faultline-investigation/faultline/lab/host"
	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/recordings"
	"github.com/faultline-investigation/faultline/lab/scenarios"
	"github.com/faultline-investigation/faultline/lab/score"
	"github.com/faultline-investigation/faultline/lab/stack"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// practice brings the lab up with an incident picked by chance, says nothing of which it is, and serves its practice until
// it is told to stop. With a folder of recordings the incident is one of theirs.
func practice(ctx context.Context, s settings) error {
	if s.scoring.recordings != "" {
		return practiseRecorded(ctx, s)
	}
	all := scenarios.Names()
	s.scenario, s.unseen = all[rand.IntN(len(all))], true // #nosec G404 -- no secret
	return withPage(ctx, s, own, func(l *lab.Lab, page *host.Host) error {
		controls, err := l.Control(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = controls.Close() }() // it complains about a file that is in nobody's way
		sayPractice(page.Link(l.Instance().UID, l.Request()))
		return untilStopped(ctx, l)
	})
}

func sayPractice(link string) {
	fmt.Fprintf(os.Stderr, "\nAn alert fires. Practise here, the clock runs from when you open it:\n%s&practice=1\n\nCtrl-C ends the lab.\n", link)
}

// practiseRecorded loads the recording of an incident picked by chance, and serves its practice.
func practiseRecorded(ctx context.Context, s settings) (err error) {
	r, one, err := pickRecorded(s.scoring.recordings)
	if err != nil {
		return err
	}
	if s.backend == "" {
		return errors.New("-backend is missing: give the path of the plugin's backend binary")
	}
	listener, err := host.Listen(ctx, s.listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the page has closed it already where there was one
	servers, err := stack.Start(ctx, stack.Options{Progress: os.Stderr, OnlyPast: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, servers.Stop(context.Background())) }()
	shift := r.EndingAt(time.Now())
	if _, err := score.Load(ctx, r, shift, servers, os.Stderr); err != nil {
		return err
	}
	backend, err := plugin.StartBeside(servers, s.backend, os.Stderr)
	if err != nil {
		return err
	}
	defer backend.Stop()
	instance := score.InstanceOf(servers)
	instance.Secrets = lab.TruthSecret(incident.Truth{Service: one.Truth.Service, Cause: cmp.Or(one.Truth.Cause, one.Truth.Fault, "nobody wrote down why")})
	page, err := host.Start(listener, host.Options{Content: host.Content{Backend: backend, Instances: []plugin.Instance{instance}}, Plugin: s.files.plugin, Page: s.files.page})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, page.Close()) }()
	sayPractice(page.Link(instance.UID, score.RequestFor(one.Alert, shift)))
	select {
	case <-ctx.Done():
		return nil
	case err := <-servers.Failed():
		return err
	}
}

// pickRecorded picks one incident of a folder of recordings. A recording that cannot be read is an error.
func pickRecorded(folder string) (*recordings.Recording, *recordings.Incident, error) {
	found, broken, err := recordings.Find(folder)
	if err = errors.Join(append(broken, err)...); err != nil {
		return nil, nil, err
	}
	type choice struct {
		recording *recordings.Recording
		incident  *recordings.Incident
	}
	var all []choice
	for _, r := range found {
		for i := range r.Incidents {
			if r.Incidents[i].Fault() != "" {
				continue // it cannot be investigated
			}
			all = append(all, choice{r, &r.Incidents[i]})
		}
	}
	if len(all) == 0 {
		return nil, nil, fmt.Errorf("the recordings in %s hold no incident that can be investigated: set RECORDINGS to a folder of others", folder)
	}
	picked := all[rand.IntN(len(all))] // #nosec G404 -- no secret
	return picked.recording, picked.incident, nil
}
