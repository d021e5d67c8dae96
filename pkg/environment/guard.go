package environment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// guard makes sure that a token belongs to the organization on whose behalf it is used. An organization header would be
// no guard: Grafana runs a token's request in the token's own organization, whatever the header says. A token that was
// seen to belong is not asked about again as long as the instance lives; Grafana makes a new instance when settings
// change.
type guard struct {
	asking singleflight.Group
	known  atomic.Int64 // the organization the token belongs to; 0 until Grafana has told
}

const (
	orgAnswerBytes = 1 << 16
	orgTimeout     = 10 * time.Second
)

// check refuses with an Unusable *failure.Failure unless the token belongs to the organization. Callers at the same time share one
// question to Grafana; each waits only as long as its own ctx.
func (g *guard) check(ctx context.Context, client *http.Client, grafana, token string, organization int64) error {
	if g.known.Load() == 0 {
		// The question is not this caller's alone, so that it outlives this caller.
		asked := g.asking.DoChan("", func() (any, error) {
			shared, cancel := context.WithTimeout(context.WithoutCancel(ctx), orgTimeout)
			defer cancel()
			id, err := askOrganization(shared, client, grafana, token)
			if err == nil {
				g.known.Store(id)
			}
			return nil, err
		})
		select {
		case <-ctx.Done():
			return &failure.Failure{Kind: failure.Unusable, Sentence: "The request was canceled before Grafana said which account the token belongs to.", Advice: "Try again."}
		case result := <-asked:
			if result.Err != nil {
				return result.Err
			}
		}
	}
	if known := g.known.Load(); known != organization {
		return &failure.Failure{Kind: failure.Unusable, Sentence: fmt.Sprintf("The token belongs to organization %d, but this is organization %d.", known, organization),
			Advice: "Create a service account in this organization and set its token."}
	}
	return nil
}

func askOrganization(ctx context.Context, client *http.Client, grafana, token string) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(grafana, "/")+"/api/org", nil)
	if err != nil {
		return 0, fmt.Errorf("address of Grafana: %w", err)
	}
	req.Header = bearer(token)
	resp, err := client.Do(req)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return 0, &failure.Failure{Kind: failure.Unusable, Sentence: fmt.Sprintf("Grafana did not answer at %s within %s.", grafana, orgTimeout), Advice: "Check its load and grafanaUrl in the data source's settings."}
	}
	if err != nil {
		return 0, &failure.Failure{Kind: failure.Unusable, Sentence: fmt.Sprintf("Grafana could not be reached at %s: %s.", grafana, source.Reason(err)),
			Advice: "Set grafanaUrl in the data source's settings to an address that the Grafana server itself can reach."}
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden {
		return 0, &failure.Failure{Kind: failure.Unusable, Sentence: fmt.Sprintf("Grafana refused the token with %d.", resp.StatusCode),
			Advice: "It may have expired or been deleted: create a new one for the service account and set it."}
	}
	var org struct {
		ID int64 `json:"id"`
	}
	err = json.NewDecoder(io.LimitReader(resp.Body, orgAnswerBytes)).Decode(&org)
	if resp.StatusCode != http.StatusOK || err != nil || org.ID == 0 {
		return 0, &failure.Failure{Kind: failure.Unusable, Sentence: fmt.Sprintf("%s does not answer as Grafana does (status %d).", grafana, resp.StatusCode),
			Advice: "Check grafanaUrl in the data source's settings."}
	}
	return org.ID, nil
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
