package grafana

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

const (
	// First is one of the two organizations that the provisioning folder knows.
	First = int64(1)
	// Second is the other.
	Second = int64(2)

	secondName  = "Second organization"
	accountName = "faultline"
	retryEvery  = time.Second
)

// Workspace is Grafana's working directory, which has to outlive it: the tokens that provisioning files name are in it.
type Workspace struct {
	Folder       string // as this process knows it; Grafana's working directory
	Provisioning string // the provisioning folder, as Grafana knows it
}

// Link is where Grafana has to look for provisioning files. There is nothing before Prepare has put the tokens there.
func (w Workspace) Link() string { return filepath.Join(w.Folder, "provisioning") }

func (w Workspace) tokenFile(organization int64) string {
	return filepath.Join(w.Folder, "tokens", fmt.Sprintf("organization-%d", organization))
}

// Prepare makes the second organization and a token in each, lets Grafana see its provisioning files and has it read them.
// What is there already is kept, so that it can be called again. It tries as long as within, since a new Grafana needs a
// while until it takes alerting for an organization it has just made.
func Prepare(ctx context.Context, c *Client, w Workspace, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := c.secondOrganization(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(w.Folder, "tokens"), 0o750); err != nil {
		return fmt.Errorf("folder for tokens: %w", err)
	}
	for _, organization := range []int64{First, Second} {
		if err := c.token(ctx, organization, w.tokenFile(organization)); err != nil {
			return err
		}
	}
	if err := link(w.Provisioning, w.Link()); err != nil {
		return err
	}
	for _, kind := range []string{"datasources", "plugins", "alerting", "dashboards"} {
		if err := c.reload(ctx, kind); err != nil {
			return err
		}
	}
	return nil
}

// secondOrganization makes sure that there is an organization 2, which provisioning files cannot bring about.
func (c *Client) secondOrganization(ctx context.Context) error {
	err := c.Do(ctx, 0, http.MethodGet, fmt.Sprintf("/api/orgs/%d", Second), nil, nil)
	var refused *Refused
	if err == nil || !errors.As(err, &refused) || refused.Status != http.StatusNotFound {
		return err
	}
	var made struct {
		ID int64 `json:"orgId"`
	}
	if err := c.Do(ctx, 0, http.MethodPost, "/api/orgs", map[string]string{"name": secondName}, &made); err != nil {
		return err
	}
	if made.ID != Second {
		return fmt.Errorf("the new organization has the id %d, and the provisioning files speak of %d: use a fresh Grafana, "+
			"or change orgId in a copy of them", made.ID, Second)
	}
	return nil
}

// token writes a token of the organization's service account into a file, unless the one in it still works.
func (c *Client) token(ctx context.Context, organization int64, file string) error {
	account, err := c.serviceAccount(ctx, organization)
	if err != nil {
		return err
	}
	if kept, err := os.ReadFile(file); err == nil && c.owner(ctx, string(kept)) == organization {
		return nil
	}
	var made struct {
		Key string `json:"key"`
	}
	name := map[string]string{"name": "lab-" + time.Now().UTC().Format("20060102-150405.000")}
	if err := c.Do(ctx, organization, http.MethodPost, fmt.Sprintf("/api/serviceaccounts/%d/tokens", account), name, &made); err != nil {
		return err
	}
	// Where containers share the folder, Grafana reads it as a member of the group.
	if err := os.WriteFile(file, []byte(made.Key), 0o640); err != nil {
		return fmt.Errorf("keeping the token: %w", err)
	}
	return nil
}

// owner is the organization that a token belongs to, 0 for one that does not work.
func (c *Client) owner(ctx context.Context, token string) int64 {
	var organization struct {
		ID int64 `json:"id"`
	}
	if c.as(ctx, token, http.MethodGet, "/api/org", &organization) != nil {
		return 0
	}
	return organization.ID
}

// accountRole is what keeping cases takes; to investigate alone, Viewer is enough.
const accountRole = "Editor"

// serviceAccount is the id of the organization's service account for Faultline, which may do what an Editor may.
func (c *Client) serviceAccount(ctx context.Context, organization int64) (int64, error) {
	var found struct {
		ServiceAccounts []struct {
			ID   int64  `json:"id"`
			Name string `json:"name"`
		} `json:"serviceAccounts"`
	}
	if err := c.Do(ctx, organization, http.MethodGet, "/api/serviceaccounts/search?query="+url.QueryEscape(accountName), nil, &found); err != nil {
		return 0, err
	}
	for _, account := range found.ServiceAccounts {
		if account.Name == accountName {
			return account.ID, c.raise(ctx, organization, account.ID)
		}
	}
	var made struct {
		ID int64 `json:"id"`
	}
	err := c.Do(ctx, organization, http.MethodPost, "/api/serviceaccounts", map[string]string{"name": accountName, "role": accountRole}, &made)
	return made.ID, err
}

// raise gives an account that is there already the role that it needs today.
func (c *Client) raise(ctx context.Context, organization, account int64) error {
	role := map[string]string{"role": accountRole}
	return c.Do(ctx, organization, http.MethodPatch, fmt.Sprintf("/api/serviceaccounts/%d", account), role, nil)
}

// link makes name point to folder.
func link(folder, name string) error {
	if now, err := os.Readlink(name); err == nil && now == folder {
		return nil
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the provisioning link: %w", err)
	}
	if err := os.Symlink(folder, name); err != nil {
		return fmt.Errorf("the provisioning link: %w", err)
	}
	return nil
}

// reload has Grafana read its provisioning files of one kind, again and again until it takes them.
func (c *Client) reload(ctx context.Context, kind string) error {
	for {
		err := c.Do(ctx, First, http.MethodPost, "/api/admin/provisioning/"+kind+"/reload", nil, nil)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("grafana did not take the provisioning files of %s: %w", kind, err)
		case <-time.After(retryEvery):
		}
	}
}
