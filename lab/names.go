package lab

import "github.com/faultline-investigation/faultline/lab/scenarios"

// Named is the lab's incident at the same time and by the same chance, its metrics named as another kind of stack names
// them. An unknown name is an error that lists the known ones.
func (l *Lab) Named(name string) (scenarios.Generator, error) {
	scenario, err := scenarios.Named(l.Scenario, name)
	if err != nil {
		return nil, err
	}
	return l.Again(scenario), nil
}

// Again plays a scenario at the time of the lab's incident and by the same chance.
func (l *Lab) Again(scenario scenarios.Scenario) scenarios.Generator {
	return scenario.Start(l.Generator.Alert(), seed)
}
