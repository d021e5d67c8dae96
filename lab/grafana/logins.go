package grafana

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// Login is a person of the lab. The password is the login, as Grafana listens on this machine alone.
type Login struct {
	Name         string
	Organization int64
	Role         string
}

// Logins are the lab's people beside the administrator: one of each lesser role in each organization.
func Logins() []Login {
	return []Login{
		{"editor", First, "Editor"}, {"viewer", First, "Viewer"},
		{"editor-2", Second, "Editor"}, {"viewer-2", Second, "Viewer"},
	}
}

// MakeLogins makes the lab's people, and keeps those there are.
func (c *Client) MakeLogins(ctx context.Context) error {
	for _, l := range Logins() {
		var made struct {
			ID int64 `json:"id"`
		}
		person := map[string]any{"name": l.Name, "login": l.Name, "password": l.Name, "OrgId": l.Organization}
		err := c.Do(ctx, 0, http.MethodPost, "/api/admin/users", person, &made)
		var refused *Refused
		if errors.As(err, &refused) && refused.Status == http.StatusPreconditionFailed {
			continue
		}
		if err == nil {
			role := map[string]string{"role": l.Role}
			err = c.Do(ctx, 0, http.MethodPatch, fmt.Sprintf("/api/orgs/%d/users/%d", l.Organization, made.ID), role, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Health is what Save & test says of the organization's provisioned Faultline data source.
func (c *Client) Health(ctx context.Context, organization int64) (message string, err error) {
	return c.HealthOf(ctx, organization, DataSource)
}

// HealthOf is what Save & test says of one of the organization's data sources; what is wrong with it is the error.
func (c *Client) HealthOf(ctx context.Context, organization int64, uid string) (message string, err error) {
	var health struct {
		Message string `json:"message"`
	}
	err = c.Do(ctx, organization, http.MethodGet, "/api/datasources/uid/"+uid+"/health", nil, &health)
	return health.Message, err
}
