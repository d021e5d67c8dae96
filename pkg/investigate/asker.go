package investigate

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// asker puts a run's questions: each distinct one once, a few at a time, each within its own time, and no more than the
// run's budget.
type asker struct {
	querier source.Querier
	limits  Limits
	slots   chan struct{}

	mu      sync.Mutex
	asked   map[string]*asking
	kept    kept            // which of asked have their answers here, for those who ask the same
	spent   map[string]bool // distinct questions to stores; one that is asked again because its answer was forgotten is the same
	cost    incident.Cost
	waiting int       // questions at a store now
	since   time.Time // when waiting last rose from zero
}

// asking is a question on its way; answer is set once done is closed.
type asking struct {
	done   chan struct{}
	answer source.Answer
}

func newAsker(querier source.Querier, limits Limits) *asker {
	return &asker{querier: source.Guarded(querier), limits: limits, slots: make(chan struct{}, limits.Concurrency), asked: map[string]*asking{}, kept: kept{sizes: map[string]int64{}}, spent: map[string]bool{}}
}

// ask answers a question, from an earlier answer where the very same was asked before. It returns when ctx ends at the
// latest, even if the store's door does not. Answers are shared: readers must not change them.
func (a *asker) ask(ctx context.Context, q source.Question) source.Answer {
	key := keyOf(q)
	a.mu.Lock()
	known, again := a.asked[key]
	if !again {
		known = &asking{done: make(chan struct{})}
		a.asked[key] = known
	}
	if !again && toStore(q) {
		a.spent[key] = true
	}
	refusal := a.spentFor(q, again)
	a.mu.Unlock()
	if !again {
		known.answer = a.send(ctx, q, refusal)
		close(known.done)
		a.keep(key, known.answer.Bytes)
	}
	<-known.done // which comes when ctx ends at the latest
	answer := known.answer
	answer.Question = q // the same question may go by another name
	return answer
}

// spentFor is why a query is not sent: what the run may ask, or read, is used up. It needs the lock.
func (a *asker) spentFor(q source.Question, again bool) *source.Problem {
	switch {
	case again || !toStore(q):
		return nil
	case len(a.spent) > a.limits.Questions:
		return &source.Problem{Kind: source.Rejected, Signal: q.Kind.Signal(), Sentence: fmt.Sprintf("The run's %d questions are used up.", a.limits.Questions),
			Advice: "Raise limits.questions in the data source's settings."}
	case a.cost.Bytes > a.limits.Bytes:
		return &source.Problem{Kind: source.TooLarge, Signal: q.Kind.Signal(), Sentence: fmt.Sprintf("The run has read %d MiB of answers, which is all that it may.", a.limits.Bytes>>20),
			Advice: "Investigate a shorter window."}
	}
	return nil
}

// keep remembers an answer for those who will ask the same, and forgets others where that is too much.
func (a *asker) keep(key string, bytes int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, forgotten := range a.kept.add(key, bytes) {
		delete(a.asked, forgotten)
	}
}

// end forgets every answer.
func (a *asker) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kept.end()
	a.asked = map[string]*asking{}
}

// keyOf is what a question has in common with others that have the same answer.
func keyOf(q source.Question) string {
	return fmt.Sprintf("%s\x00%s\x00%d\x00%d\x00%s\x00%d\x00%d", q.Kind, q.Text, q.Window.From.UnixNano(), q.Window.To.UnixNano(), q.Step, q.Limit, q.Spans)
}

func (a *asker) send(ctx context.Context, q source.Question, refusal *source.Problem) source.Answer {
	if refusal != nil {
		return source.Answer{Question: q, Problem: refusal}
	}
	select {
	case a.slots <- struct{}{}:
		defer func() { <-a.slots }()
	case <-ctx.Done():
		return source.Answer{Question: q, Problem: ended(ctx, q.Kind.Signal())}
	}
	ctx, cancel := context.WithTimeout(ctx, a.limits.QuestionTimeout)
	defer cancel()
	a.begin(q)
	answer := a.within(ctx, q)
	a.came(answer)
	return answer
}

// within waits for an answer for as long as ctx lasts and a moment more: a door that honors ctx knows better what it waited
// for, and one that does not is left behind.
func (a *asker) within(ctx context.Context, q source.Question) source.Answer {
	came := make(chan source.Answer, 1)
	began := time.Now()
	go func() { came <- a.querier.Ask(ctx, q) }() // which contains what panics
	select {
	case answer := <-came:
		return answer
	case <-ctx.Done():
	}
	select {
	case answer := <-came:
		return answer
	case <-time.After(grace):
		return source.Answer{Question: q, Elapsed: time.Since(began), Problem: ended(ctx, q.Kind.Signal())}
	}
}

// grace is how long a door has to come back with its own reason once a query's time is over.
const grace = time.Second

// toStore says whether a question goes to one of the stores, and so counts.
func toStore(q source.Question) bool {
	signal := q.Kind.Signal()
	return signal != source.Externals && signal != source.Grafana
}

func (a *asker) begin(q source.Question) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting == 0 {
		a.since = time.Now()
	}
	a.waiting++
	if toStore(q) {
		a.cost.Queries++
	}
}

func (a *asker) came(answer source.Answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting--
	if a.waiting == 0 {
		a.cost.UpstreamMilliseconds += time.Since(a.since).Milliseconds()
	}
	a.cost.Bytes += answer.Bytes
	a.cost.Read = a.cost.Read.And(answer.Read)
}

// costs is the cost so far of a run that began at the given time.
func (a *asker) costs(began time.Time) incident.Cost {
	a.mu.Lock()
	defer a.mu.Unlock()
	cost := a.cost
	if a.waiting > 0 {
		cost.UpstreamMilliseconds += time.Since(a.since).Milliseconds()
	}
	cost.Milliseconds = time.Since(began).Milliseconds()
	return cost
}

// ended is the problem of a query that has no answer because its context ended.
func ended(ctx context.Context, signal source.Signal) *source.Problem {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &source.Problem{Kind: source.Canceled, Signal: signal, Sentence: "The investigation was canceled.", Advice: "Start it again to look."}
	}
	sentence := "The query did not end within its time."
	var over *overlong
	if errors.As(context.Cause(ctx), &over) {
		sentence = over.Error()
	}
	return &source.Problem{Kind: source.Timeout, Signal: signal, Sentence: sentence,
		Advice: "Check the load of the stores, investigate a shorter window, or raise limits.questionTimeout in the data source's settings."}
}

// overlong is why a whole run was ended.
type overlong struct{ limit time.Duration }

// Error makes an overlong an error, a sentence.
func (o *overlong) Error() string {
	return fmt.Sprintf("The investigation took longer than its limit of %s and was ended.", o.limit)
}
