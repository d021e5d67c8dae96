package alerts

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/links"
)

// What is remembered of an alert is bounded, since anybody who may send alerts may send many: labels that are used before others, and
// of all no more than some KiB.
const (
	mostLabels      = 4 << 10 // bytes of names and values
	mostValue       = 512     // bytes of one value
	mostFingerprint = 128     // bytes; a longer one is replaced by its hash

	earliestYear = 2000
	mostAhead    = 24 * time.Hour // by which the clock of who evaluates alerts may be ahead
)

// wrong says why an alert cannot be taken, a sentence; empty where it can.
func wrong(a MessageAlert, now time.Time) string {
	switch {
	case a.Status != Firing && a.Status != Resolved:
		return fmt.Sprintf("The alert's status is %q, and not %q or %q.", cut(a.Status, mostFingerprint), Firing, Resolved)
	case !a.StartsAt.IsZero() && (a.StartsAt.UTC().Year() < earliestYear || a.StartsAt.After(now.Add(mostAhead))):
		return fmt.Sprintf("The alert's startsAt lies in the year %d or after tomorrow, which makes no sense.", a.StartsAt.UTC().Year())
	}
	return ""
}

// bounded are the labels that are remembered.
func bounded(labels map[string]string) map[string]string {
	used := append([]string{"alertname"}, links.SubjectLabels()...)
	names := slices.Sorted(maps.Keys(labels))
	slices.SortStableFunc(names, func(a, b string) int { return placeOf(used, a) - placeOf(used, b) })
	kept, size := map[string]string{}, 0
	for _, name := range names {
		value := cut(labels[name], mostValue)
		if size += len(name) + len(value); size > mostLabels {
			break
		}
		kept[name] = value
	}
	return kept
}

// placeOf is the place of a name in a list; behind it where it is not there.
func placeOf(list []string, name string) int {
	if at := slices.Index(list, name); at >= 0 {
		return at
	}
	return len(list)
}

func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// short is a fingerprint that can be remembered.
func short(fingerprint string) string {
	if len(fingerprint) <= mostFingerprint {
		return fingerprint
	}
	sum := sha256.Sum256([]byte(fingerprint))
	return hex.EncodeToString(sum[:])
}
