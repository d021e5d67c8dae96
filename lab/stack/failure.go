package stack

import (
	"slices"
	"strings"
)

// Failure is an error with the evidence for it: a sentence that names what to do, and the last lines a program wrote.
type Failure struct {
	Sentence string
	// Tail holds the program's last lines, oldest first; it may be empty.
	Tail []string
}

// Error gives the sentence, then the lines indented below it.
func (f *Failure) Error() string {
	if len(f.Tail) == 0 {
		return f.Sentence
	}
	return f.Sentence + " Its last lines:\n    " + strings.Join(f.Tail, "\n    ")
}

const wrongConfig = "its configuration is not accepted; correct the file below lab/stack that its log names"

// advices tell from a program's own words what a person can do; the first that fits counts.
var advices = []struct{ sign, advice string }{
	{"no space left on device", "the disk is full; free some space, or point TMPDIR (data) or " + cacheVariable + " (programs) to a larger disk"},
	{"disk quota exceeded", "the disk quota is used up; free some space, or point TMPDIR (data) or " + cacheVariable + " (programs) to another disk"},
	{"address already in use", "its port is in use; stop what listens there, or choose another port"},
	{"too many open files", "it may not open enough files; raise the limit with ulimit -n 8192"},
	{"cannot allocate memory", "there is too little memory; close something, or use a larger machine"},
	{"signal: killed", "something killed it; if it was the kernel for want of memory, use a machine with more of it"},
	{"missing go.sum entry", "its go.sum is incomplete; run go mod tidy in its folder below lab/stack"},
	{"updates to go.mod needed", "its go.mod is out of date; run go mod tidy in its folder below lab/stack"},
	{"dial tcp", "a Go module could not be downloaded; check the network, or set GOPROXY to a proxy you can reach"},
	{"toolchain not available", "it needs a newer Go; install it from https://go.dev/dl/"},
	{"go.mod requires go >=", "it needs a newer Go; install it from https://go.dev/dl/"},
	{"permission denied", "it may not use a file or folder; see which one below"},
	{"failed to parse configfile", wrongConfig}, // Tempo
	{"failed parsing config", wrongConfig}, // Loki
	{"error loading config", wrongConfig},  // Prometheus
}

func adviceFor(lines []string) string {
	text := strings.ToLower(strings.Join(lines, "\n"))
	for _, a := range advices {
		if strings.Contains(text, a.sign) {
			return a.advice
		}
	}
	return "see why below"
}

// lastLines returns at most n lines of a text, oldest first, without the empty ones.
func lastLines(text string, n int) []string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
	return lines[max(0, len(lines)-n):]
}
