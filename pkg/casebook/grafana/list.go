package grafana

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// hit is a dashboard as Grafana's search gives it.
type hit struct {
	UID   string   `json:"uid"`
	Title string   `json:"title"`
	URL   string   `json:"url"`
	Tags  []string `json:"tags"`
}

// List implements casebook.Store: environment, service, state and verdict are tags, and text is looked for in titles. Titles
// begin with the time, so that their order is the cases'.
func (g *Store) List(ctx context.Context, f casebook.Filter) (incident.CaseList, error) {
	tags := []string{dashboard.Marked(), dashboard.SourceTag(g.o.Source)}
	if f.Service != "" {
		tags = append(tags, dashboard.ServiceTag(f.Service))
	}
	if f.State != "" {
		tags = append(tags, dashboard.StateTag(f.State))
	}
	if f.Verdict != "" {
		tags = append(tags, dashboard.VerdictTag(f.Verdict))
	}
	order := "alpha-desc"
	if f.OldestFirst {
		order = "alpha-asc"
	}
	asked := url.Values{"type": {"dash-db"}, "tag": tags, "sort": {order}, "limit": {strconv.Itoa(f.Limit + 1)}}
	if f.Text != "" {
		asked.Set("query", f.Text)
	}
	var hits []hit
	if err := g.call(ctx, http.MethodGet, "/api/search?"+asked.Encode(), nil, &hits); err != nil {
		return incident.CaseList{Cases: []incident.CaseSummary{}}, explain(err)
	}
	found := []incident.CaseSummary{}
	for _, h := range hits {
		if has(h.Tags, tags) { // Grafana's search has been seen to take several tags for alternatives
			found = append(found, summaryOf(h))
		}
	}
	return casebook.Arranged(found, f), nil
}

func has(all, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(tag string) bool { return !slices.Contains(all, tag) })
}

func summaryOf(h hit) incident.CaseSummary {
	service, verdict, state := dashboard.ReadTags(h.Tags)
	opened := casebook.TimeOf(h.UID)
	if opened.IsZero() { // its id was given by whoever opened it
		opened = casebook.TimeIn(h.Title)
	}
	return incident.CaseSummary{ID: h.UID, Title: h.Title, Service: service, Verdict: verdict, State: state, Opened: opened, URL: h.URL}
}
