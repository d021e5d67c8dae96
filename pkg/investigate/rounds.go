package investigate

import (
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// send puts a step's questions.
func (r *run) send(s *running, questions []source.Question) {
	for _, q := range questions {
		s.order = append(s.order, q.Name)
		if _, again := r.sent[keyOf(q)]; !again {
			r.sent[keyOf(q)] = s.chain
		}
	}
	for _, q := range questions { // their names are unique, so that as many answers are waited for
		go func() { r.answers <- arrived{s, r.asker.ask(s.ctx, q)} }()
	}
}

// goOn puts the further questions of a step that has all its answers so far, or reads them where it has none.
func (r *run) goOn(s *running) {
	if s.More != nil && s.rounds < phase.MostRounds && r.ctx.Err() == nil {
		s.rounds++
		questions, err := more(s.Step, s.View(r.facts), s.answers)
		if err != nil {
			r.end(s, notChecked(err))
			return
		}
		if len(questions) > 0 {
			r.send(s, questions)
			return
		}
	}
	r.read(s)
}

// read turns a step's answers into its result.
func (r *run) read(s *running) {
	if r.ctx.Err() != nil { // nobody waits for it any more
		r.end(s, notChecked(ended(r.ctx, "")))
		return
	}
	if readPlaces.Acquire(r.ctx, 1) != nil {
		r.end(s, notChecked(ended(r.ctx, "")))
		return
	}
	reading, err := read(s.Step, s.View(r.facts), s.answers) // which contains what panics
	readPlaces.Release(1)
	if err != nil {
		reading = notChecked(err)
	}
	r.end(s, r.doubtedByFacts(s, doubted(reading, s.answers)))
}
