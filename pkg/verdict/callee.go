package verdict

import (
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// SilentCallee is the service of ours that the failing call went to and that has no span in the trace; empty where the trace
// ends elsewhere, or in a host outside.
func SilentCallee(f *incident.Facts) string {
	short, _, _ := strings.Cut(f.FailedHost(), ".")
	if short == "" || f.Callees == nil {
		return ""
	}
	for _, callee := range f.Callees.Services {
		if cluster.SameWorkload(callee, short) {
			return callee
		}
	}
	return ""
}
