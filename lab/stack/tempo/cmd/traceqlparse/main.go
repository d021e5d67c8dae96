// Command traceqlparse lets Tempo's own TraceQL parser judge queries. It reads one JSON object a line from standard input,
// {"query": "..."}, and answers each with one JSON object a line on standard output, in the same order.
//
// It is a program and not a package because Tempo's dependencies must never meet the plugin's.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/grafana/tempo/pkg/traceql"
)

// maxLine is the longest accepted input line in bytes.
const maxLine = 16 << 20

type question struct {
	Query string `json:"query"`
}

// answer says what the parser made of one query.
type answer struct {
	OK bool `json:"ok"`
	// Error is the parser's or the validator's complaint; empty when OK.
	Error string `json:"error,omitempty"`
	// Canonical is the query as the parser prints it back.
	Canonical string `json:"canonical,omitempty"`
	// Strings are the query's string values without their quotes, from left to right.
	Strings []string `json:"strings"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "traceqlparse:", err)
		os.Exit(1)
	}
}

// run answers every line of in; each answer is flushed, so that a caller may hold a conversation.
func run(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)
	for lines.Scan() {
		if err := answers.Encode(judge(lines.Bytes())); err != nil {
			return fmt.Errorf("cannot write an answer: %w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("cannot read a line (the longest may have %d bytes): %w", maxLine, err)
	}
	return nil
}

func judge(line []byte) answer {
	var q question
	if err := json.Unmarshal(line, &q); err != nil {
		return refusal(fmt.Errorf("the line is not a JSON object with a query: %w", err))
	}
	// Compile parses and then validates, as Tempo does with every query it is asked.
	root, _, _, _, _, err := traceql.Compile(q.Query)
	if err != nil {
		return refusal(err)
	}
	return answer{OK: true, Canonical: root.String(), Strings: stringsOf(root)}
}

func refusal(err error) answer {
	return answer{Error: err.Error(), Strings: []string{}}
}
