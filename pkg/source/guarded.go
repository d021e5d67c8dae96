package source

import (
	"context"
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/defect"
)

// Guarded answers as another querier does. A panic of that one while it reads an answer costs that answer and not the
// process: the question then has a problem of the kind Defect.
func Guarded(querier Querier) Querier {
	if g, already := querier.(guarded); already {
		return g
	}
	return guarded{querier}
}

type guarded struct{ querier Querier }

// Ask implements Querier.
func (g guarded) Ask(ctx context.Context, q Question) (answer Answer) {
	err := defect.Contain(fmt.Sprintf("query of %s, %s", q.Kind.Signal(), q.Kind), func() { answer = g.querier.Ask(ctx, q) })
	if err != nil {
		return Answer{Question: q, Problem: DefectIn(q, "Reading the answer failed: "+err.Error()+".")}
	}
	return answer
}

// DefectIn is the problem of a question that a defect of Faultline kept from being answered.
func DefectIn(q Question, sentence string) *Problem {
	return &Problem{Kind: Defect, Signal: q.Kind.Signal(), Sentence: sentence, Advice: defect.Advice}
}
