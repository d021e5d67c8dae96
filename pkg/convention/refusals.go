package convention

import (
	"regexp"
	"slices"
	"strconv"
)

// Refusals is a pattern of the statuses of requests that the server refused because of the client: of HTTP, of gRPC by name, and of
// gRPC by number.
const Refusals = `4..|Canceled|InvalidArgument|NotFound|AlreadyExists|PermissionDenied|FailedPrecondition|Aborted|OutOfRange|Unauthenticated|` +
	`1|3|5|6|7|9|10|11|16`

var refusal = regexp.MustCompile(`^(?:` + Refusals + `)$`)

// Refuses says whether a status is one of Refusals.
func Refuses(status string) bool { return refusal.MatchString(status) }

// grpcCodes are the names of gRPC's codes; the place of a name is its number.
var grpcCodes = []string{"OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied",
	"ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated"}

// StatusNumber is a status as spans hold it: HTTP's from 100 on, gRPC's below; false where it is not one number, as "4xx".
func StatusNumber(status string) (int, bool) {
	if n, err := strconv.Atoi(status); err == nil {
		return n, true
	}
	n := slices.Index(grpcCodes, status)
	return n, n >= 0
}
