package logpattern

import (
	"regexp"
	"slices"
	"strings"
)

var host = regexp.MustCompile(`(?i)\b[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,}\b`)

// Hosts lists the host names that a line speaks of, in lower case, ordered, each once.
func Hosts(line string) []string {
	found := host.FindAllString(strings.ToLower(line), -1)
	slices.Sort(found)
	return slices.Compact(found)
}
