package cluster

import (
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// Expired says that a certificate has expired, and when, which may be long before the end of what is looked at.
func Expired(k incident.Certificate, end time.Time) wording.Text {
	return wording.Textf("certificate %s expired at %s", Named(k.Name, k.Namespace), wording.ClockOn(k.Expired, end))
}
