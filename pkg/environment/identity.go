package environment

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// Identity is whom Grafana takes the token for, and what it may.
type Identity struct {
	OrganizationID int64    `json:"organizationId"`
	Organization   string   `json:"organization"`
	Permissions    bool     `json:"permissions"` // Grafana told what the token may; without that, Lacks is empty
	WritesCases    bool     `json:"writesCases"` // it may create dashboards and annotations
	Lacks          []string `json:"lacks"`       // what it may not and would need, a sentence with advice each
}

const permissionsBytes = 4 << 20

// identify asks Grafana about the token. What Grafana does not tell is left out: the questions to the stores show by
// themselves whether the token is enough.
func (e *Environment) identify(ctx context.Context) *Identity {
	grafana, err := e.grafanaURL(ctx)
	if err != nil {
		return nil // Querier has said so
	}
	found := &Identity{Lacks: []string{}}
	var org struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	if !e.askGrafana(ctx, grafana, "/api/org", &org) {
		return nil
	}
	found.OrganizationID, found.Organization = org.ID, org.Name
	may := permissions{}
	if !e.askGrafana(ctx, grafana, "/api/access-control/user/permissions", &may) {
		return found
	}
	found.Permissions = true
	found.WritesCases = may.anywhere("dashboards:create") && may.anywhere("annotations:create")
	for _, signal := range append(signals(), source.Alertmanager) {
		if uid := e.settings.store(signal).UID; uid != "" && !may.query(uid) {
			found.Lacks = append(found.Lacks, mayNotQuery(signal, uid))
		}
	}
	return found
}

func mayNotQuery(signal source.Signal, uid string) string {
	return fmt.Sprintf("The token may not query the data source %s for %s. Give its service account the role Viewer, or the permission to query this data source.", uid, signal)
}

// permissions are the scopes of each action, as Grafana tells them of whoever asks.
type permissions map[string][]string

func (p permissions) anywhere(action string) bool { return len(p[action]) > 0 }

func (p permissions) query(uid string) bool {
	return slices.ContainsFunc(p["datasources:query"], func(scope string) bool {
		prefix, wild := strings.CutSuffix(scope, "*")
		return scope == "datasources:uid:"+uid || (wild && strings.HasPrefix("datasources:uid:"+uid, prefix))
	})
}

// askGrafana reads an answer of Grafana's API with the token; false when there is none.
func (e *Environment) askGrafana(ctx context.Context, grafana, path string, answer any) bool {
	address, err := url.JoinPath(grafana, path)
	if err != nil {
		return false
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	req.Header = bearer(e.settings.secrets[tokenSecret])
	resp, err := e.client.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode == http.StatusOK && json.NewDecoder(io.LimitReader(resp.Body, permissionsBytes)).Decode(answer) == nil
}
