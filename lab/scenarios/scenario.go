// Package scenarios lists the incidents that the lab can play.
package scenarios

import (
	"fmt"
	"strings"

	"github.com/faultline-investigation/faultline/lab/scenarios/certificate"
	"github.com/faultline-investigation/faultline/lab/scenarios/leak"
	"github.com/faultline-investigation/faultline/lab/scenarios/names"
	"github.com/faultline-investigation/faultline/lab/scenarios/nightfall"
	"github.com/faultline-investigation/faultline/lab/scenarios/node"
	"github.com/faultline-investigation/faultline/lab/scenarios/outage"
	"github.com/faultline-investigation/faultline/lab/scenarios/pool"
	"github.com/faultline-investigation/faultline/lab/scenarios/queue"
	"github.com/faultline-investigation/faultline/lab/scenarios/quiet"
	"github.com/faultline-investigation/faultline/lab/scenarios/rollout"
	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/surge"
	"github.com/faultline-investigation/faultline/lab/scenarios/walkthrough"
)

// Scenario is an incident that can be played at any time.
type Scenario = story.Scenario

// Generator writes the telemetry of one run of a scenario.
type Generator = story.Generator

// Alert is what pages the on-call.
type Alert = story.Alert

// Truth is what an investigation should find.
type Truth = story.Truth

// nameable is a scenario whose metrics can go by other names.
type nameable interface {
	Named(names.Names) Scenario
}

// Named is a scenario in a stack with other names; the empty name changes nothing. An unknown name is an error that lists
// the known ones.
func Named(scenario Scenario, name string) (Scenario, error) {
	found, err := names.Lookup(name)
	if err != nil || found == names.Usual {
		return scenario, err
	}
	can, ok := scenario.(nameable)
	if !ok {
		return nil, fmt.Errorf("the scenario %q has no other names for its metrics: leave NAMES out", scenario.Name())
	}
	return can.Named(found), nil
}

// all holds every scenario in the order in which they are offered.
func all() []Scenario {
	return []Scenario{walkthrough.Scenario{}, rollout.Scenario(), pool.Scenario(), leak.Scenario(), node.Scenario(), surge.Scenario(), queue.Scenario(),
		certificate.Scenario(), outage.Scenario(), quiet.Scenario(), nightfall.Scenario()}
}

// Names lists the scenarios' names in the order in which they are offered.
func Names() []string {
	names := []string{}
	for _, scenario := range all() {
		names = append(names, scenario.Name())
	}
	return names
}

// Lookup finds a scenario by its name. An unknown name is an error that lists the known ones.
func Lookup(name string) (Scenario, error) {
	for _, scenario := range all() {
		if scenario.Name() == name {
			return scenario, nil
		}
	}
	return nil, fmt.Errorf("there is no scenario %q: choose one of %s", name, strings.Join(Names(), ", "))
}
