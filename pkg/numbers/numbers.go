// Package numbers formats values for sentences, reports and panels. Spacing and unit names are those of Grafana's formatters ("7.3%",
// "1.8 s", "512 MiB"); src/format does the same on the page.
package numbers

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Say formats a value with its unit: "7.3%", "2.3 s", "400 ms", "847".
func Say(v float64, unit incident.Unit) string {
	switch unit {
	case incident.Ratio:
		return Percent(v)
	case incident.Seconds:
		return Duration(v)
	case incident.PerSecond:
		return Rate(v)
	case incident.Bytes:
		return Bytes(v)
	case incident.UnixTime:
		return time.Unix(int64(v), 0).UTC().Format(time.RFC3339)
	default:
		return Count(v)
	}
}

// Bound writes a value of which maybe only a lower bound is known: 10 s is "over 10 s" then.
func Bound(v float64, unit incident.Unit, atLeast bool) string {
	if atLeast {
		return "over " + Say(v, unit)
	}
	return Say(v, unit)
}

// Rate writes events per second in the unit in which there is at least one of them, where one is rarer: 3.2 is "3.2/s", 0.016 is
// "1/min", 0.0005 is "1.8/h".
func Rate(perSecond float64) string {
	const seldom = 0.0995 // below which a digit after the point is not enough
	switch size := math.Abs(perSecond); {
	case size == 0 || size >= seldom:
		return digits(perSecond) + "/s"
	case size*time.Minute.Seconds() >= seldom:
		return digits(perSecond*time.Minute.Seconds()) + "/min"
	}
	return digits(perSecond*time.Hour.Seconds()) + "/h"
}

// Bytes writes a size in the largest binary unit of which there is at least one: 1.5 * 2^30 is "1.5 GiB".
func Bytes(v float64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	for math.Abs(v) >= 1024 && len(units) > 1 {
		v, units = v/1024, units[1:]
	}
	return digits(v) + " " + units[0]
}

// Percent writes a ratio: 0.073 is "7.3%", 0.0002 is "0.02%".
func Percent(ratio float64) string {
	percent := ratio * 100
	switch size := math.Abs(percent); {
	case size == 0:
		return "0%"
	case size < 0.1:
		return trimmed(percent, 2) + "%"
	case size < 20:
		return trimmed(percent, 1) + "%"
	}
	return trimmed(percent, 0) + "%"
}

// Duration writes seconds in the unit a person would use: 0.045 is "45 ms", 2.3 is "2.3 s", 620 is "10 min 20 s".
func Duration(seconds float64) string {
	switch size := math.Abs(seconds); {
	case size == 0:
		return "0 s"
	case size < 0.001:
		return coarse(seconds*1e6) + " µs"
	case size < 0.9995:
		return coarse(seconds*1e3) + " ms"
	case size < 120:
		return digits(seconds) + " s"
	}
	whole := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	text := fmt.Sprintf("%d min", int(whole.Minutes()))
	if rest := int(whole.Seconds()) % 60; rest != 0 {
		text += fmt.Sprintf(" %d s", rest)
	}
	return text
}

// Milliseconds writes a span's length as trace views do: "2,650 ms".
func Milliseconds(d time.Duration) string { return Count(math.Round(d.Seconds()*1e3)) + " ms" }

// Count writes a number of things with its thousands apart: 57700 is "57,700"; fractions below ten keep a digit.
func Count(v float64) string {
	if v != math.Trunc(v) && math.Abs(v) < 10 {
		return trimmed(v, 1)
	}
	return trimmed(v, 0)
}

// Mean writes a mean of counts: 3.87 is "3.9".
func Mean(v float64) string { return trimmed(v, 1) }

// coarse writes a number with a digit after the point only where it is small.
func coarse(v float64) string {
	if math.Abs(v) < 10 {
		return trimmed(v, 1)
	}
	return trimmed(v, 0)
}

// digits writes a number with the two or three digits that matter.
func digits(v float64) string {
	if math.Abs(v) < 100 {
		return trimmed(v, 1)
	}
	return trimmed(v, 0)
}

// trimmed rounds to a number of decimals, halves away from zero as browsers do, drops trailing zeros and groups thousands.
func trimmed(v float64, places int) string {
	power := math.Pow10(places)
	rounded := v
	if shifted := v * power; !math.IsInf(shifted, 0) {
		rounded = math.Round(shifted) / power
	}
	text := strconv.FormatFloat(math.Abs(rounded), 'f', -1, 64)
	whole, _, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	if rounded < 0 {
		return "-" + text
	}
	return text
}
