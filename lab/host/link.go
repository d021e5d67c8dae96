package host

import (
	"strconv"

	"github.com/faultline-investigation/faultline/pkg/investigate"
	"github.com/faultline-investigation/faultline/pkg/links"
)

// Link is the address of an investigation with the given data source.
func (h *Host) Link(uid string, r investigate.Request) string {
	return h.URL + links.Link{DataSource: uid, Service: r.Subject.Service, Operation: r.Subject.Operation,
		From: strconv.FormatInt(r.Window.From.UnixMilli(), 10), To: strconv.FormatInt(r.Window.To.UnixMilli(), 10)}.String()
}
