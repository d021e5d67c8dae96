package relay

import "golang.org/x/sync/semaphore"

// Holding makes a relay hold fewer bytes of messages.
func Holding(r *Relay, most int64) *Relay {
	r.held = semaphore.NewWeighted(most)
	return r
}

// Annotated is what a webhook receiver gets.
func Annotated(m *Message, answers []Answer) []byte {
	if !m.readable {
		return m.body
	}
	body, err := outgoing{Message: m, answers: answers}.webhook()
	if err != nil {
		panic(err)
	}
	return body
}
