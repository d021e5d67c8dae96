package casebook

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const (
	idPrefix = "case-"
	idTime   = "20060102-1504"
	idHash   = 6 // bytes
)

// IDOf is the id of the case that an investigation belongs to: the same subject and window in the same environment always
// give the same one, so that two people who follow the same alert's link meet in one case.
func IDOf(environment string, c *incident.Case) string {
	told := strings.Join([]string{environment, c.Subject.Service, c.Subject.Operation, c.Window.From.UTC().Format(time.RFC3339),
		c.Window.To.UTC().Format(time.RFC3339)}, "\x00")
	if scope := c.Subject.Scope; scope != (incident.Scope{}) {
		told += "\x00" + scope.String()
	}
	sum := sha256.Sum256([]byte(told))
	return idPrefix + c.Window.To.UTC().Format(idTime) + "-" + hex.EncodeToString(sum[:idHash])
}

// TimeOf is the time in a case's id, to the minute; zero for an id of another making.
func TimeOf(id string) time.Time {
	rest, ours := strings.CutPrefix(id, idPrefix)
	if !ours || len(rest) < len(idTime) {
		return time.Time{}
	}
	at, err := time.Parse(idTime, rest[:len(idTime)])
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}
