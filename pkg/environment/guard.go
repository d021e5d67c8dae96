package environment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// guard makes sure that a token belongs to the organisation on whose behalf it is used. An organisation header would be
// no guard: Grafana runs a token's request in the token's own organisation, whatever the header says. A token that was
// seen to belong is not asked about again as long as the instance lives; Grafana makes a new instance when settings
// change.
type guard struct {
	mu    sync.Mutex
	known int64 // the organisation the token belongs to; 0 until asked
}

const orgAnswerBytes = 1 << 16

func (g *guard) check(ctx context.Context, client *http.Client, grafana, token string, organisation int64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.known == 0 {
		id, err := askOrganisation(ctx, client, grafana, token)
		if err != nil {
			return err
		}
		g.known = id
	}
	if g.known != organisation {
		return &Unusable{Sentence: fmt.Sprintf("The token belongs to organisation %d, but this is organisation %d.", g.known, organisation),
			Advice: "Create a service account in this organisation and set its token."}
	}
	return nil
}

func askOrganisation(ctx context.Context, client *http.Client, grafana, token string) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(grafana, "/")+"/api/org", nil)
	if err != nil {
		return 0, fmt.Errorf("address of Grafana: %w", err)
	}
	req.Header = bearer(token)
	resp, err := client.Do(req)
	if err != nil {
		return 0, &Unusable{Sentence: fmt.Sprintf("Grafana could not be reached at %s: %s.", grafana, innermost(err)),
			Advice: "Set grafanaUrl in the data source's settings to an address that the Grafana server itself can reach."}
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden {
		return 0, &Unusable{Sentence: fmt.Sprintf("Grafana refused the token with %d.", resp.StatusCode),
			Advice: "It may have expired or been deleted: create a new one for the service account and set it."}
	}
	var org struct {
		ID int64 `json:"id"`
	}
	err = json.NewDecoder(io.LimitReader(resp.Body, orgAnswerBytes)).Decode(&org)
	if resp.StatusCode != http.StatusOK || err != nil || org.ID == 0 {
		return 0, &Unusable{Sentence: fmt.Sprintf("%s does not answer as Grafana does (status %d).", grafana, resp.StatusCode),
			Advice: "Check grafanaUrl in the data source's settings."}
	}
	return org.ID, nil
}

func innermost(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return oneLine(err)
		}
		err = inner
	}
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
