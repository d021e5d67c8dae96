package environment

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/faultline-investigation/faultline/pkg/failure"
)

const (
	appID           = "faultline-investigation-app"
	switchFor       = 30 * time.Second // how long what Grafana said of the app holds
	switchTimeout   = 3 * time.Second
	switchMostBytes = 4 << 20
)

// appSwitch knows whether an administrator has the app disabled in the organization. Grafana takes the app's pages away then,
// but goes on answering for data sources of a plugin inside it. It is safe for concurrent use.
type appSwitch struct {
	mu    sync.Mutex
	asked time.Time
	off   bool
	clock func() time.Time // nil means the clock
}

func (s *appSwitch) now() time.Time {
	if s.clock != nil {
		return s.clock()
	}
	return time.Now()
}

// check refuses with an Unusable *failure.Failure when Grafana says that the app is disabled. That Grafana does not tell is no reason to
// refuse, since a role may keep the token from knowing, and none to forget what it told before. The token's organization has been checked by then.
func (s *appSwitch) check(ctx context.Context, client *http.Client, grafana, token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); s.asked.IsZero() || now.Sub(s.asked) >= switchFor {
		off, told := askDisabled(ctx, client, grafana, token)
		if told {
			s.off = off
		}
		if told || ctx.Err() == nil {
			s.asked = now
		}
	}
	if s.off {
		return &failure.Failure{Kind: failure.Unusable, Sentence: "The Faultline app is disabled in this organization.", Advice: "An administrator can enable it on the plugin's page."}
	}
	return nil
}

// askDisabled asks Grafana whether the app is disabled; told is false when it did not say.
func askDisabled(ctx context.Context, client *http.Client, grafana, token string) (disabled, told bool) {
	ctx, cancel := context.WithTimeout(ctx, switchTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(grafana, "/")+"/api/plugins/"+appID+"/settings", nil)
	if err != nil {
		return false, false
	}
	req.Header = bearer(token)
	resp, err := client.Do(req)
	if err != nil {
		return false, false
	}
	defer func() { _ = resp.Body.Close() }()
	var said struct {
		ID      string `json:"id"`
		Enabled *bool  `json:"enabled"`
	}
	err = json.NewDecoder(io.LimitReader(resp.Body, switchMostBytes)).Decode(&said)
	if err != nil || resp.StatusCode != http.StatusOK || said.ID != appID || said.Enabled == nil {
		return false, false
	}
	return !*said.Enabled, true
}
