package relay

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Message is the body of an alert webhook, as it came, and what Faultline understands of it.
type Message struct {
	Status            string            `json:"status"` // "firing" or "resolved"
	Receiver          string            `json:"receiver"`
	GroupKey          string            `json:"groupKey"`
	ExternalURL       string            `json:"externalURL"`
	GroupLabels       map[string]string `json:"groupLabels"`
	CommonLabels      map[string]string `json:"commonLabels"`
	CommonAnnotations map[string]string `json:"commonAnnotations"`
	Alerts            []Alert           `json:"alerts"`

	body     []byte // what came
	readable bool   // false: it is passed on to webhooks as it is, and others are told that there is one
	hash     string // of the body, in hexadecimal
}

// Alert is one alert of a message.
type Alert struct {
	Status       string            `json:"status"` // "firing" or "resolved"
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"` // zero, or in the past for one that is resolved
	GeneratorURL string            `json:"generatorURL"`
	Fingerprint  string            `json:"fingerprint"`
}

// Answer is what is known of one alert of a message. Without a verdict and a summary the alert is passed on as it came.
type Answer struct {
	Verdict string // in a word or three, such as "likely"; empty where there is none
	Summary string // a sentence
	URL     string // of the investigation
	Reason  Reason // why there is no verdict, for the metrics
	Names   bool   // the verdict names a cause
}

// The annotations that an alert gets.
const (
	verdictAnnotation = "faultline_verdict"
	summaryAnnotation = "faultline_summary"
	urlAnnotation     = "faultline_url"
)

func (a Answer) annotations() map[string]string {
	set := map[string]string{}
	for name, value := range map[string]string{verdictAnnotation: a.Verdict, summaryAnnotation: a.Summary, urlAnnotation: a.URL} {
		if value != "" {
			set[name] = value
		}
	}
	return set
}

// Read takes a message of whatever content.
func Read(body []byte) *Message {
	m := &Message{body: body}
	m.readable = json.Unmarshal(body, m) == nil && len(m.Alerts) > 0
	sum := sha256.Sum256(body)
	m.hash = hex.EncodeToString(sum[:])
	return m
}

// key tells groups of alerts apart: messages of one group are passed on in their order.
func (m *Message) key() string {
	switch {
	case m.GroupKey != "":
		return m.GroupKey
	case len(m.Alerts) > 0 && m.Alerts[0].Fingerprint != "":
		return "alert " + m.Alerts[0].Fingerprint
	}
	return "body " + m.hash
}

// substance is the same for messages that say the same of the same group: which alerts fire since when, and which have ended.
func (m *Message) substance() string {
	if !m.readable {
		return m.hash
	}
	said := []any{m.key()}
	for _, a := range m.Alerts {
		ended := time.Time{}
		if a.Status != statusFiring {
			ended = a.EndsAt.UTC()
		}
		said = append(said, a.Fingerprint, a.Labels, a.Status, a.StartsAt.UTC(), ended)
	}
	written, err := json.Marshal(said)
	if err != nil { // of a year that JSON cannot hold
		return m.hash
	}
	return string(written)
}

// annotated is the body with the answers among the annotations of their alerts and, where all alerts have the same, among the common ones.
// All else stays as it was, byte by byte. The error says why that cannot be; whoever gets it passes the body on as it came.
func (m *Message) annotated(answers []Answer) ([]byte, error) {
	if len(answers) != len(m.Alerts) {
		return nil, fmt.Errorf("%d answers to %d alerts", len(answers), len(m.Alerts))
	}
	w := &splicer{body: m.body, decoder: json.NewDecoder(bytes.NewReader(m.body)), answers: answers}
	if err := w.message(); err != nil {
		return nil, err
	}
	written := append(w.out, m.body[w.copied:]...)
	if !json.Valid(written) {
		return nil, errors.New("the annotated message is no JSON")
	}
	return written, nil
}

// splicer copies a body and replaces the annotations in it.
type splicer struct {
	body    []byte
	decoder *json.Decoder
	answers []Answer
	out     []byte
	copied  int // bytes of the body that are in out, or left out of it
	seen    int // alerts
}

func (w *splicer) message() error {
	common := w.answers[0].annotations()
	for _, a := range w.answers[1:] {
		for name, value := range a.annotations() {
			if common[name] != value {
				delete(common, name)
			}
		}
		for name := range common {
			if _, has := a.annotations()[name]; !has {
				delete(common, name)
			}
		}
	}
	return w.object(map[string]func() error{
		"alerts":            w.alerts,
		"commonAnnotations": func() error { return w.annotations(common) },
	})
}

func (w *splicer) alerts() error {
	if err := w.expect('['); err != nil {
		return err
	}
	for w.decoder.More() {
		if w.seen >= len(w.answers) {
			return errors.New("more alerts than were read")
		}
		if err := w.alert(w.answers[w.seen].annotations()); err != nil {
			return err
		}
		w.seen++
	}
	return w.expect(']')
}

func (w *splicer) alert(added map[string]string) error {
	start, has := w.decoder.InputOffset(), false
	err := w.object(map[string]func() error{"annotations": func() error {
		has = true
		return w.annotations(added)
	}})
	if err != nil || has || len(added) == 0 {
		return err
	}
	brace := int(start) + bytes.IndexByte(w.body[start:], '{') + 1
	if brace < w.copied {
		return errors.New("an alert without annotations could not be given any")
	}
	separator := ","
	if bytes.HasPrefix(bytes.TrimLeft(w.body[brace:], " \t\r\n"), []byte("}")) {
		separator = ""
	}
	written, err := json.Marshal(added)
	if err != nil {
		return err
	}
	w.out = append(append(w.out, w.body[w.copied:brace]...), fmt.Sprintf(`"annotations":%s%s`, written, separator)...)
	w.copied = brace
	return nil
}

// annotations replaces an object of texts with one that holds more.
func (w *splicer) annotations(added map[string]string) error {
	var raw json.RawMessage
	if err := w.decoder.Decode(&raw); err != nil || len(added) == 0 {
		return err
	}
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	if all == nil { // it was null
		all = map[string]json.RawMessage{}
	}
	for name, value := range added {
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		all[name] = text
	}
	var written bytes.Buffer
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(all); err != nil {
		return err
	}
	end := int(w.decoder.InputOffset())
	w.out = append(w.out, w.body[w.copied:end-len(raw)]...)
	w.out = append(w.out, bytes.TrimRight(written.Bytes(), "\n")...)
	w.copied = end
	return nil
}

// object reads an object: the values of some keys with their functions, the others past.
func (w *splicer) object(known map[string]func() error) error {
	if err := w.expect('{'); err != nil {
		return err
	}
	for w.decoder.More() {
		key, err := w.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		read, is := known[name]
		if !is {
			read = func() error { return w.decoder.Decode(new(json.RawMessage)) }
		}
		if err := read(); err != nil {
			return err
		}
	}
	return w.expect('}')
}

func (w *splicer) expect(delimiter json.Delim) error {
	token, err := w.decoder.Token()
	if err != nil {
		return err
	}
	if token != delimiter {
		return fmt.Errorf("%v stands where %v was expected", token, delimiter)
	}
	return nil
}
