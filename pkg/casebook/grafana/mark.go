package grafana

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// region is an annotation of an organization, which every dashboard can show that asks for its tag. Times are ms.
type region struct {
	ID      int64    `json:"id,omitempty"`
	Time    int64    `json:"time"`
	TimeEnd int64    `json:"timeEnd"`
	Tags    []string `json:"tags"`
	Text    string   `json:"text"`
}

// Mark implements casebook.Store: one region annotation from the onset to where the case is now. It is found again by the
// case's id among its tags, so that marking twice makes no second one.
func (g *Store) Mark(ctx context.Context, s *incident.SavedCase) error {
	from, to := extent(s)
	wanted := region{Time: from.UnixMilli(), TimeEnd: to.UnixMilli(), Tags: []string{dashboard.Marked(), s.ID},
		Text: escape.HTML(fmt.Sprintf("%s: %s (%s)", s.Case.Subject.Service, incident.WrittenInUTC(s.Case.Verdict.Sentence, s.Case.Verdict.Moments), s.State()))}
	var found []region
	asked := url.Values{"tags": wanted.Tags, "limit": {"1"}, "type": {"annotation"}}
	if err := g.call(ctx, http.MethodGet, "/api/annotations?"+asked.Encode(), nil, &found); err != nil {
		return explain(err)
	}
	if len(found) == 0 {
		return explain(g.call(ctx, http.MethodPost, "/api/annotations", wanted, nil))
	}
	return explain(g.call(ctx, http.MethodPatch, "/api/annotations/"+strconv.FormatInt(found[0].ID, 10), wanted, nil))
}

// extent is the time that a case is about: from the onset, or else the end of its window, to its recovery, its closing, or
// its newest entry.
func extent(s *incident.SavedCase) (from, to time.Time) {
	from, to = s.Case.Window.To, s.Case.Window.To
	if o := s.Case.Facts.Onset; o != nil {
		from = o.Middle()
	}
	if n := len(s.Entries); n > 0 && s.Entries[n-1].At.After(to) {
		to = s.Entries[n-1].At
	}
	if e := s.Last(incident.EntryRecovered); e != nil && e.Recovery != nil && (s.State() == incident.CaseRecovered || s.State() == incident.CaseClosed) {
		to = e.Recovery.Since
	}
	return from, to
}
