package host

import (
	"net/url"
	"strconv"

	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// Link is the address of an investigation with the first data source.
func (h *Host) Link(uid string, r investigate.Request) string {
	values := url.Values{"ds": {uid}, "service": {r.Subject.Service}}
	if r.Subject.Operation != "" {
		values.Set("operation", r.Subject.Operation)
	}
	values.Set("from", strconv.FormatInt(r.Window.From.UnixMilli(), 10))
	values.Set("to", strconv.FormatInt(r.Window.To.UnixMilli(), 10))
	return h.URL + "/a/" + appID + "/investigate?" + values.Encode()
}
