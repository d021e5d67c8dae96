package relay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/template"
	"time"

	"github.com/faultline-investigation/faultline/pkg/escape"
)

const (
	mostListed  = 10       // alerts, and answers, of one text
	mostText    = 500      // characters of one alert's words in a text
	mostWritten = 10 << 20 // bytes that a template may write
)

// outgoing is a message on its way to a receiver.
type outgoing struct {
	*Message

	answers []Answer // one for each alert; none: it goes out as it came
	update  bool     // it went out before, without these answers
}

func (o outgoing) answered() bool {
	for _, a := range o.answers {
		if len(a.annotations()) > 0 {
			return true
		}
	}
	return false
}

// webhook is the body for a Webhook receiver.
func (o outgoing) webhook() ([]byte, error) {
	if !o.answered() {
		return o.body, nil
	}
	body, err := o.annotated(o.answers)
	if err != nil { // better without the verdict than not at all
		logger.Error("A message could not be annotated and is passed on as it came", "error", err)
		return o.body, nil
	}
	return body, nil
}

// slack is the body for a Slack receiver.
func (o outgoing) slack() ([]byte, error) {
	return json.Marshal(map[string]string{"text": o.text()})
}

func (o outgoing) text() string {
	if !o.readable {
		return fmt.Sprintf("Faultline received an alert message that it cannot read (%d bytes). Webhook receivers got it as it came.", len(o.body))
	}
	var b strings.Builder
	if o.update {
		b.WriteString("Update: ")
	}
	firing := 0
	for _, a := range o.Alerts {
		if a.Status == statusFiring {
			firing++
		}
	}
	if firing > 0 {
		fmt.Fprintf(&b, "*[FIRING:%d]*", firing)
	} else {
		b.WriteString("*[RESOLVED]*")
	}
	for i, a := range o.Alerts {
		if i == mostListed {
			fmt.Fprintf(&b, "\n… and %d more alerts", len(o.Alerts)-mostListed)
			break
		}
		b.WriteString("\n• " + a.line())
	}
	said := map[string]bool{}
	for _, a := range o.answers {
		if a.Summary == "" || said[a.Summary] || len(said) == mostListed {
			continue
		}
		said[a.Summary] = true
		fmt.Fprintf(&b, "\n*%s*", mrkdwn(a.Summary))
		if a.URL != "" {
			fmt.Fprintf(&b, " <%s|Investigate>", strings.NewReplacer("|", "%7C", ">", "%3E", "<", "%3C").Replace(a.URL))
		}
	}
	return b.String()
}

const (
	statusFiring   = "firing"
	statusResolved = "resolved"
)

// line is an alert in a line: its name, whether it has ended, and its own words.
func (a Alert) line() string {
	name := a.Labels["alertname"]
	if name == "" {
		name = "alert"
	}
	line := mrkdwn(name)
	if a.Status == statusResolved {
		line += " (resolved)"
	}
	for _, annotation := range []string{"summary", "description", "message"} {
		if text := a.Annotations[annotation]; text != "" {
			return line + ": " + mrkdwn(text)
		}
	}
	return line
}

// mrkdwn keeps a text from being read as a link, a mention or formatting by what shows Slack's messages.
func mrkdwn(s string) string {
	s = escape.OneLine(s)
	if runes := []rune(s); len(runes) > mostText {
		s = string(runes[:mostText]) + "…"
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "*", "∗", "_", "_\u2060", "~", "~\u2060", "`", "'").Replace(s)
}

// Data is what the template of a JSON receiver sees.
type Data struct {
	Update bool // the message was sent before, without its verdict
	// Readable is false for a body that is no alert message; all else is empty then.
	Readable                                     bool
	Status, Receiver, GroupKey, ExternalURL      string
	GroupLabels, CommonLabels, CommonAnnotations map[string]string
	Alerts                                       []Alert // their annotations hold faultline_verdict, faultline_summary and faultline_url
	Verdict, Summary, URL                        string  // of the first alert that has a verdict, or else a summary
}

func (o outgoing) data() Data {
	d := Data{Update: o.update, Readable: o.readable, Status: o.Status, Receiver: o.Receiver, GroupKey: o.GroupKey, ExternalURL: o.ExternalURL,
		GroupLabels: o.GroupLabels, CommonLabels: o.CommonLabels, CommonAnnotations: o.CommonAnnotations}
	for i, a := range o.Alerts {
		annotations := map[string]string{}
		for name, value := range a.Annotations {
			annotations[name] = value
		}
		if i < len(o.answers) {
			answer := o.answers[i]
			for name, value := range answer.annotations() {
				annotations[name] = value
			}
			if answer.Summary != "" && (d.Summary == "" || d.Verdict == "" && answer.Verdict != "") {
				d.Verdict, d.Summary, d.URL = answer.Verdict, answer.Summary, answer.URL
			}
		}
		a.Annotations = annotations
		d.Alerts = append(d.Alerts, a)
	}
	return d
}

// newTemplate parses a JSON receiver's template and tries it with an example. The error says what is wrong.
func newTemplate(text string) (*template.Template, error) {
	parsed, err := template.New("template").Option("missingkey=zero").Funcs(template.FuncMap{"json": asJSON}).Parse(text)
	if err != nil {
		return nil, err
	}
	labels := map[string]string{"alertname": "Example", "service_name": `say "hi"`}
	example := Data{Readable: true, Status: statusFiring, Receiver: "faultline", GroupKey: "{}:{}", ExternalURL: "https://example.com", GroupLabels: labels,
		CommonLabels: labels, CommonAnnotations: map[string]string{}, Verdict: "likely", Summary: `Likely: "x".`, URL: "https://example.com/",
		Alerts: []Alert{{Status: statusFiring, Labels: labels, Annotations: map[string]string{"summary": `say "hi"`}, StartsAt: time.Unix(0, 0).UTC(), Fingerprint: "f"}}}
	_, err = fill(parsed, example)
	return parsed, err
}

func asJSON(v any) (string, error) {
	written, err := json.Marshal(v)
	return string(written), err
}

func fill(t *template.Template, d Data) ([]byte, error) {
	out := &bounded{}
	if err := t.Execute(out, d); err != nil {
		return nil, err
	}
	if !json.Valid(out.Bytes()) {
		return nil, errors.New(`what it makes is no JSON: write values with the function json, for example {"text": {{ json .Summary }}}`)
	}
	return out.Bytes(), nil
}

// bounded is a buffer that takes no more than mostWritten.
type bounded struct{ bytes.Buffer }

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > mostWritten {
		return 0, fmt.Errorf("it writes more than %d MiB", mostWritten>>20)
	}
	return b.Buffer.Write(p)
}
