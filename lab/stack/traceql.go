package stack

import (
	"context"

	"github.com/faultline-investigation/faultline/lab/progress"
)

// BuildTraceQLParser returns the path of a program that lets Tempo's own TraceQL parser judge queries, building it once into the
// cache. The program reads JSON lines {"query": "..."} and answers each, in order and at once, with a JSON line
// {"ok": bool, "error": "...", "canonical": "...", "strings": ["..."]}: the query as the parser prints it, and its string values
// without quotes from left to right.
func BuildTraceQLParser(ctx context.Context, o Options) (string, error) {
	o, err := o.withDefaults()
	if err != nil {
		return "", err
	}
	return builder{root: o.Root, cache: o.Cache, progress: progress.New(o.Progress)}.ensure(ctx, traceqlProgram)
}
