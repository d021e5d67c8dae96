// Package advice makes lists of commands for a person to copy, in which no value from a store can be read as more than a word.
package advice

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Advice is what a person may run: first what only looks, then what would change something, with what shows whether it did.
// Each command stands in it once, and none that has a value which cannot be written safely.
type Advice struct{ Looks, Remedies []incident.Command }

// Look adds a command that only looks. Every %s of it is one of the values, as one word.
func (a *Advice) Look(step, why, command string, values ...string) {
	add(&a.Looks, incident.Command{Step: step, Why: why}, command, values)
}

// LookWith is Look with a reason that holds moments.
func (a *Advice) LookWith(step string, why wording.Text, command string, values ...string) {
	add(&a.Looks, incident.Command{Step: step, Why: why.Plain(), Moments: why.Moments()}, command, values)
}

// Change adds a command that changes something.
func (a *Advice) Change(step, why, command string, values ...string) {
	add(&a.Remedies, incident.Command{Step: step, Why: why, Changes: true}, command, values)
}

// ChangeWith is Change with a reason that holds moments.
func (a *Advice) ChangeWith(step string, why wording.Text, command string, values ...string) {
	add(&a.Remedies, incident.Command{Step: step, Why: why.Plain(), Moments: why.Moments(), Changes: true}, command, values)
}

// After adds a command that shows what the changes before it did.
func (a *Advice) After(step, why, command string, values ...string) {
	if len(a.Remedies) > 0 {
		add(&a.Remedies, incident.Command{Step: step, Why: why}, command, values)
	}
}

func add(to *[]incident.Command, c incident.Command, command string, values []string) {
	text, ok := line(command, values...)
	if !ok || slices.ContainsFunc(*to, func(other incident.Command) bool { return other.Text == text }) {
		return
	}
	c.Text = text
	*to = append(*to, c)
}
