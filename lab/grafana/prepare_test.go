package grafana_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/grafana"
)

// fakeGrafana is no Grafana: it keeps organizations, service accounts and tokens, and answers about them in Grafana's shape.
type fakeGrafana struct {
	raised int
	t      *testing.T

	mu       sync.Mutex
	second   bool
	nextOrg  int64
	accounts map[string]bool   // by organization
	tokens   map[string]string // organization by token
	reloaded []string
	busy     int // reloads of alerting that are refused first
	people   map[string]string
}

func newFake(t *testing.T) (*fakeGrafana, *grafana.Client) {
	t.Helper()
	f := &fakeGrafana{t: t, nextOrg: 2, accounts: map[string]bool{}, tokens: map[string]string{}, people: map[string]string{}}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return f, &grafana.Client{URL: server.URL + "/", User: "admin", Password: "secret"}
}

func (f *fakeGrafana) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if token, isToken := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); isToken {
		if f.tokens[token] == "" {
			answer(w, http.StatusUnauthorized, `{"message":"Invalid API key"}`)
			return
		}
		answer(w, http.StatusOK, `{"id":`+f.tokens[token]+`}`)
		return
	}
	user, password, _ := r.BasicAuth()
	assert.Equal(f.t, "admin:secret", user+":"+password)
	f.administer(w, r, r.Header.Get("X-Grafana-Org-Id"))
}

func (f *fakeGrafana) administer(w http.ResponseWriter, r *http.Request, organization string) {
	route := r.Method + " " + r.URL.Path
	kind, isReload := strings.CutPrefix(route, "POST /api/admin/provisioning/")
	switch {
	case route == "GET /api/orgs/2" && !f.second:
		answer(w, http.StatusNotFound, `{"message":"Organization not found"}`)
	case route == "POST /api/orgs":
		f.second = true
		answer(w, http.StatusOK, fmt.Sprintf(`{"orgId":%d}`, f.nextOrg))
	case route == "GET /api/serviceaccounts/search" && f.accounts[organization]:
		answer(w, http.StatusOK, `{"serviceAccounts":[{"id":9,"name":"faultline-2"},{"id":7,"name":"faultline"}]}`)
	case route == "POST /api/serviceaccounts":
		var asked map[string]string
		assert.NoError(f.t, json.NewDecoder(r.Body).Decode(&asked)) //nolint:testifylint // another goroutine must not end the test
		assert.Equal(f.t, map[string]string{"name": "faultline", "role": "Editor"}, asked)
		f.accounts[organization] = true
		answer(w, http.StatusCreated, `{"id":7}`)
	case route == "PATCH /api/serviceaccounts/7":
		var asked map[string]string
		assert.NoError(f.t, json.NewDecoder(r.Body).Decode(&asked)) //nolint:testifylint // another goroutine must not end the test
		assert.Equal(f.t, map[string]string{"role": "Editor"}, asked)
		f.raised++
		answer(w, http.StatusOK, `{}`)
	case route == "POST /api/serviceaccounts/7/tokens":
		token := fmt.Sprintf("glsa_%d", len(f.tokens)+1)
		f.tokens[token] = organization
		answer(w, http.StatusOK, `{"key":"`+token+`"}`)
	case isReload && kind == "alerting/reload" && f.busy > 0:
		f.busy--
		answer(w, http.StatusInternalServerError, `{"message":"no alertmanager configuration for organization 2"}`)
	case isReload:
		f.reloaded = append(f.reloaded, strings.TrimSuffix(kind, "/reload"))
		answer(w, http.StatusOK, `{}`)
	default:
		answer(w, http.StatusOK, `{}`)
	}
}

func answer(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

func prepare(t *testing.T, c *grafana.Client, folder string) error {
	t.Helper()
	return grafana.Prepare(context.Background(), c, grafana.Workspace{Folder: folder, Provisioning: "/etc/faultline/provisioning"}, time.Minute)
}

func TestANewGrafanaGetsItsSecondOrganizationAndATokenInEach(t *testing.T) {
	t.Parallel()
	f, client := newFake(t)
	f.busy = 1
	folder := t.TempDir()
	require.NoError(t, prepare(t, client, folder))

	for _, organization := range []string{"1", "2"} {
		token, err := os.ReadFile(filepath.Join(folder, "tokens", "organization-"+organization))
		require.NoError(t, err)
		assert.Equal(t, organization, f.tokens[string(token)])
	}
	linked, err := os.Readlink(filepath.Join(folder, "provisioning"))
	require.NoError(t, err)
	assert.Equal(t, "/etc/faultline/provisioning", linked)
	assert.Equal(t, []string{"datasources", "plugins", "alerting", "dashboards"}, f.reloaded)
}

func TestWhatIsPreparedAlreadyIsKept(t *testing.T) {
	t.Parallel()
	f, client := newFake(t)
	folder := t.TempDir()
	require.NoError(t, prepare(t, client, folder))
	require.NoError(t, prepare(t, client, folder))
	assert.Len(t, f.tokens, 2)
	assert.Equal(t, 2, f.raised, "an account from before cases were kept may only read")
}

func TestATokenThatWorksNoLongerIsReplaced(t *testing.T) {
	t.Parallel()
	f, client := newFake(t)
	folder := t.TempDir()
	require.NoError(t, prepare(t, client, folder))
	f.tokens = map[string]string{"glsa_other": "1"}
	require.NoError(t, prepare(t, client, folder))
	assert.Len(t, f.tokens, 3)
	for _, organization := range []string{"1", "2"} {
		token, err := os.ReadFile(filepath.Join(folder, "tokens", "organization-"+organization))
		require.NoError(t, err)
		assert.Equal(t, organization, f.tokens[string(token)])
	}
}

func TestAnOrganizationWithAnotherIDIsRefused(t *testing.T) {
	t.Parallel()
	f, client := newFake(t)
	f.nextOrg = 5
	require.ErrorContains(t, prepare(t, client, t.TempDir()), "the new organization has the id 5, and the provisioning files speak of 2: use a fresh Grafana")
}

func TestARefusalOfGrafanaIsPassedOnInItsWords(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusUnauthorized, `{"message":"Invalid username or password"}`)
	}))
	t.Cleanup(server.Close)
	require.EqualError(t, prepare(t, &grafana.Client{URL: server.URL}, t.TempDir()),
		"grafana answered GET /api/orgs/2 with 401: Invalid username or password")
}
