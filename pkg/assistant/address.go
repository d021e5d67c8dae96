package assistant

import (
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
)

// address is what an answer calls its investigation: where the app shows it, which says subject and window. So it can be opened by a
// person and resolved by any replica.
func (c *caller) address(of *incident.Case) string {
	return links.Link{DataSource: c.environment.UID(), Service: of.Subject.Service, Operation: of.Subject.Operation, Scope: of.Subject.Scope,
		From: milliseconds(of.Window.From), To: milliseconds(of.Window.To)}.String()
}

func milliseconds(at time.Time) string { return strconv.FormatInt(at.UnixMilli(), 10) }

var errAddress = failure.New(failure.Invalid, "investigation is not the address of an investigation of this data source.",
	"Pass on the field investigation of the answer that the id is from, unchanged.")

// addressed is the subject and window of an address.
func (c *caller) addressed(address string) (incident.Subject, incident.Window, error) {
	link, is := links.Parse(address)
	if !is || link.Service == "" || link.DataSource != c.environment.UID() {
		return incident.Subject{}, incident.Window{}, errAddress
	}
	from, to := fromMilliseconds(link.From), fromMilliseconds(link.To)
	if from.IsZero() || to.IsZero() {
		return incident.Subject{}, incident.Window{}, errAddress
	}
	return incident.Subject{Service: link.Service, Operation: link.Operation, Scope: link.Scope}, incident.Window{From: from, To: to}, nil
}

func fromMilliseconds(text string) time.Time {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}
