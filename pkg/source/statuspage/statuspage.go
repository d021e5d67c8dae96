// Package statuspage asks the status pages of others how they fare. It calls the configured addresses and nothing else,
// follows few redirects, reads a bounded amount, and goes into private networks only where the settings say that a page is internal.
package statuspage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/reach"
)

// Querier asks status pages. It is safe for concurrent use.
type Querier struct {
	configured map[string]Page
	internal   *http.Client // may connect to anything
	outside    *http.Client // may connect to public addresses alone
}

// Page is a status page of the settings.
type Page struct {
	Address  string
	Internal bool // it may be in a private network
}

var _ source.Querier = (*Querier)(nil)

// New makes a querier that calls the given addresses, and nothing else but what they redirect to.
func New(pages ...Page) *Querier {
	q := &Querier{configured: map[string]Page{}, internal: clientOf(nil), outside: clientOf(reach.PublicOnly)}
	for _, page := range pages {
		if known, is := q.configured[page.Address]; is { // one address, of two hosts
			page.Internal = page.Internal || known.Internal
		}
		q.configured[page.Address] = page
	}
	return q
}

// client is what a page is first asked with. Behind a proxy nobody can tell where a connection leads, and the proxy decides; an address
// that says itself that it is private is not asked all the same.
func (q *Querier) client(page Page) *http.Client {
	if page.Internal {
		return q.internal
	}
	u, err := url.Parse(page.Address)
	if err != nil {
		return q.outside
	}
	if reach.Proxied(u) {
		return q.internal
	}
	return q.outside
}

// Ask implements source.Querier for questions of kind StatusPage, whose text is a configured address.
func (q *Querier) Ask(ctx context.Context, question source.Question) source.Answer {
	started := time.Now()
	answer := source.Answer{Question: question, DataSource: hostOf(question.Text)}
	read := &reader{querier: q, ctx: ctx}
	report, err := read.report(question)
	answer.Elapsed, answer.Bytes, answer.Warnings = time.Since(started), read.bytes, read.warnings
	var problem *source.Problem
	switch {
	case err == nil:
		answer.Status = report
	case errors.As(err, &problem):
		answer.Problem = problem
	default:
		answer.Problem = problemOf(ctx, hostOf(question.Text), err)
	}
	return answer
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// report asks for Statuspage's summary and incidents, and where there is none, whether the page answers at all.
func (r *reader) report(question source.Question) (*incident.StatusReport, error) {
	page, configured := r.querier.configured[question.Text]
	if !configured {
		return nil, &source.Problem{Kind: source.BadQuestion, Signal: source.Externals, Sentence: fmt.Sprintf("%s is no configured status page, and is not called.", hostOf(question.Text)),
			Advice: "Add it under externals in the data source's settings."}
	}
	r.first = r.querier.client(page)
	base := strings.TrimRight(question.Text, "/")
	var status struct {
		Status    pageStatus     `json:"status"`
		Incidents []pageIncident `json:"incidents"`
	}
	found, err := r.object(base+"/api/v2/summary.json", &status)
	if err == nil && !found {
		found, err = r.object(base+"/api/v2/status.json", &status)
	}
	if err != nil {
		return nil, err
	}
	if !found || status.Status.Indicator == "" {
		return r.plain(question.Text)
	}
	report := &incident.StatusReport{Indicator: status.Status.Indicator, Description: status.Status.Description, Answered: http.StatusOK}
	if past, err := r.past(base); err != nil {
		r.warnings = []string{"its incidents that have ended could not be read: " + source.Reason(err)}
	} else if past != nil {
		status.Incidents = past // holds those of the summary too
	}
	report.Incidents = incidentsIn(status.Incidents, question.Window)
	return report, nil
}

// past reads the incidents of some time, also those that have ended; nil where the page has no list of them.
func (r *reader) past(base string) ([]pageIncident, error) {
	code, body, err := r.get(base + "/api/v2/incidents.json")
	switch {
	case err != nil:
		return nil, err
	case code == http.StatusNotFound:
		return nil, nil
	case code != http.StatusOK:
		return nil, fmt.Errorf("it answered with status %d", code)
	}
	var list struct {
		Incidents []pageIncident `json:"incidents"`
	}
	err = json.Unmarshal(body, &list)
	return list.Incidents, err
}

// plain only sees whether the page answers.
func (r *reader) plain(address string) (*incident.StatusReport, error) {
	code, _, err := r.get(address)
	if err != nil {
		return nil, err
	}
	return &incident.StatusReport{Answered: code, Incidents: []incident.StatusIncident{}}, nil
}

// object reads a JSON object; false where the address has none. One that is broken is an error: it may have told of an outage.
func (r *reader) object(address string, into any) (bool, error) {
	code, body, err := r.get(address)
	if err != nil || code != http.StatusOK || !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		return false, err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return false, fmt.Errorf("what it tells in JSON cannot be read: %w", err)
	}
	return true, nil
}

// pageStatus and pageIncident are laid out as Statuspage's second API has them.
type pageStatus struct {
	Indicator   string `json:"indicator"`
	Description string `json:"description"`
}

type pageIncident struct {
	Name       string     `json:"name"`
	Impact     string     `json:"impact"`
	Status     string     `json:"status"`
	StartedAt  *time.Time `json:"started_at"`
	CreatedAt  time.Time  `json:"created_at"`
	ResolvedAt *time.Time `json:"resolved_at"`
}

// plausible is a time in UTC; the zero time for one of before there was a year 1, which JSON cannot hold.
func plausible(at time.Time) time.Time {
	if at = at.UTC(); at.Year() < 1 {
		return time.Time{}
	}
	return at
}

// incidentsIn are the incidents that were going on at any time of the window.
func incidentsIn(all []pageIncident, w incident.Window) []incident.StatusIncident {
	found := []incident.StatusIncident{}
	for _, i := range all {
		if i.Name == "" && i.StartedAt == nil && i.CreatedAt.IsZero() { // as an element that is null
			continue
		}
		started := i.CreatedAt
		if i.StartedAt != nil {
			started = *i.StartedAt
		}
		if started.After(w.To) || i.ResolvedAt != nil && i.ResolvedAt.Before(w.From) {
			continue
		}
		found = append(found, incident.StatusIncident{Name: i.Name, Impact: i.Impact, Status: i.Status, Started: plausible(started), Resolved: i.ResolvedAt})
	}
	slices.SortStableFunc(found, func(a, b incident.StatusIncident) int { return b.Started.Compare(a.Started) })
	return found
}
