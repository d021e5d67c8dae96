package environment_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// fakeGrafana is no Grafana: it answers GET /api/org in Grafana's shape, and stands in for its data source proxy.
type fakeGrafana struct {
	*httptest.Server
	org    http.HandlerFunc
	asked  atomic.Int32 // times /api/org was asked
	stores atomic.Int32 // times a store was asked
	mu     sync.Mutex
	tokens []string // what every request carried
}

func newFakeGrafana(t *testing.T, org http.HandlerFunc) *fakeGrafana {
	t.Helper()
	g := &fakeGrafana{org: org}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func (g *fakeGrafana) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.tokens = append(g.tokens, r.Header.Get("Authorization"))
	g.mu.Unlock()
	if r.URL.Path == "/api/plugins/faultline-investigation-app/settings" {
		w.WriteHeader(http.StatusForbidden) // it does not say
		return
	}
	if r.URL.Path == "/api/org" {
		g.asked.Add(1)
		g.org(w, r)
		return
	}
	g.stores.Add(1)
	answerAsStore(w, strings.TrimPrefix(r.URL.Path, "/api/datasources/proxy/uid/"))
}

// answerAsStore gives each store's smallest answer.
func answerAsStore(w http.ResponseWriter, path string) {
	answer := `{"status":"success","data":["service_name"]}`
	if strings.HasSuffix(path, "/api/search") {
		answer = `{"traces":[],"metrics":{}}`
	}
	_, _ = w.Write([]byte(answer))
}

// organization answers as Grafana does for a token of that organization.
func organization(id int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"id":%d,"name":"Main Org.","address":{"address1":"","address2":"","city":"","zipCode":"","state":"","country":""}}`, id)
	}
}

func behind(t *testing.T, grafana string) *environment.Environment {
	t.Helper()
	settings, err := json.Marshal(map[string]any{"grafanaUrl": grafana, "metrics": map[string]string{"uid": "p1"},
		"traces": map[string]string{"uid": "t1"}, "logs": map[string]string{"uid": "l1"}})
	require.NoError(t, err)
	e, err := environment.New(t.Context(), instance(string(settings)))
	require.NoError(t, err)
	return e
}

func TestATokenOfTheRightOrganizationPassesAndIsAskedAboutOnce(t *testing.T) {
	t.Parallel()
	grafana := newFakeGrafana(t, organization(1))
	e := behind(t, grafana.URL)
	for i := range 3 {
		querier, err := e.Querier(t.Context(), 1)
		require.NoError(t, err)
		// Names of one time are asked for once; these are of different days.
		day := incident.Window{To: time.Unix(0, 0).AddDate(0, 0, i)}
		require.Nil(t, querier.Ask(t.Context(), source.Question{Kind: source.LogLabels, Window: day}).Problem)
	}
	assert.EqualValues(t, 1, grafana.asked.Load())
	const organizationAppAndThreeStores = 5
	assert.Equal(t, slices.Repeat([]string{"Bearer " + secret}, organizationAppAndThreeStores), grafana.tokens)
}

func TestATokenThatDoesNotBelongIsRefusedAndNoStoreIsAsked(t *testing.T) {
	t.Parallel()
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	says := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
	}
	for name, c := range map[string]struct {
		org              http.HandlerFunc
		sentence, advice string
	}{
		"another organization":    {organization(2), "The token belongs to organization 2, but this is organization 1.", "Create a service account in this organization"},
		"a token that is unknown": {status(401), "Grafana refused the token with 401.", "create a new one"},
		"a token without rights":  {status(403), "Grafana refused the token with 403.", "create a new one"},
		"a Grafana that fails":    {status(500), "does not answer as Grafana does (status 500).", "Check grafanaUrl"},
		"a page":                  {says("<html>"), "does not answer as Grafana does (status 200).", "Check grafanaUrl"},
		"another API":             {says(`{"version":"1"}`), "does not answer as Grafana does (status 200).", "Check grafanaUrl"},
		"an endless answer":       {says(strings.Repeat(" ", 1<<17)), "does not answer as Grafana does (status 200).", "Check grafanaUrl"},
		"a redirect elsewhere": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) },
			"does not answer as Grafana does (status 302).", "Check grafanaUrl"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			grafana := newFakeGrafana(t, c.org)
			e := behind(t, grafana.URL)
			_, err := e.Querier(t.Context(), 1)
			refused(t, err, c.sentence, c.advice)
			health, err := e.CheckHealth(t.Context(), &backend.CheckHealthRequest{PluginContext: backend.PluginContext{OrgID: 1}})
			require.NoError(t, err)
			assert.Equal(t, backend.HealthStatusError, health.Status)
			assert.Contains(t, health.Message, c.sentence)
			assert.Zero(t, grafana.stores.Load())
		})
	}
}

func refused(t *testing.T, err error, sentence, advice string) {
	t.Helper()
	var unusable *failure.Failure
	require.ErrorAs(t, err, &unusable)
	assert.Contains(t, unusable.Sentence, sentence)
	assert.Contains(t, unusable.Advice, advice)
	assert.NotContains(t, unusable.Error(), secret)
}

func TestARequestOfNoOrganizationIsRefused(t *testing.T) {
	t.Parallel()
	_, err := behind(t, newFakeGrafana(t, organization(1)).URL).Querier(t.Context(), 0)
	refused(t, err, "this is organization 0", "Create a service account")
}

func TestAGrafanaThatIsNotThereIsSaidToBeUnreachable(t *testing.T) {
	t.Parallel()
	grafana := newFakeGrafana(t, organization(1))
	grafana.Close()
	_, err := behind(t, grafana.URL).Querier(t.Context(), 1)
	refused(t, err, "Grafana could not be reached at "+grafana.URL+": connection refused.", "Set grafanaUrl")
}

func TestAFailureIsNotRemembered(t *testing.T) {
	t.Parallel()
	var recovered atomic.Bool
	e := behind(t, newFakeGrafana(t, func(w http.ResponseWriter, r *http.Request) {
		if !recovered.Swap(true) {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		organization(1)(w, r)
	}).URL)
	_, err := e.Querier(t.Context(), 1)
	require.Error(t, err)
	_, err = e.Querier(t.Context(), 1)
	require.NoError(t, err)
}

func TestGrafanasOwnAddressIsUsedWhereNoneIsSet(t *testing.T) {
	t.Parallel()
	grafana := newFakeGrafana(t, organization(1))
	e, err := environment.New(t.Context(), instance(`{"metrics":{"uid":"p1"}}`))
	require.NoError(t, err)
	_, err = e.Querier(t.Context(), 1)
	refused(t, err, "It is not known where Grafana is.", "Set grafanaUrl")
	ctx := config.WithGrafanaConfig(t.Context(), config.NewGrafanaCfg(map[string]string{config.AppURL: grafana.URL + "/"}))
	_, err = e.Querier(ctx, 1)
	require.NoError(t, err)
}

func TestManyAtOnceShareOneQuestionAndTheImpatientDoNotWait(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	grafana := newFakeGrafana(t, func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-release
		organization(1)(w, r)
	})
	e := behind(t, grafana.URL)
	var patient sync.WaitGroup
	first, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := e.Querier(first, 1)
		left <- err
	}()
	<-arrived
	for range 5 {
		patient.Go(func() {
			_, err := e.Querier(t.Context(), 1)
			assert.NoError(t, err)
		})
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := e.Querier(gone, 1)
	refused(t, err, "canceled before Grafana said", "Try again")
	leave()
	refused(t, <-left, "canceled before Grafana said", "Try again")
	close(release)
	patient.Wait()
	assert.EqualValues(t, 1, grafana.asked.Load())
}

func TestCredentialsGoWhereTheyBelongAndNowhereElse(t *testing.T) {
	t.Parallel()
	grafana := newFakeGrafana(t, organization(1))
	seen := make(chan http.Header, 1)
	direct := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header
		answerAsStore(w, r.URL.Path)
	}))
	t.Cleanup(direct.Close)
	i := instance(fmt.Sprintf(`{"grafanaUrl":%q,"traces":{"uid":"t1"},"metrics":{"url":%q,"user":"me"},"logs":{"url":%q}}`, grafana.URL, direct.URL, direct.URL))
	i.BasicAuthEnabled, i.BasicAuthUser = true, "everyone"
	i.DecryptedSecureJSONData = map[string]string{"token": secret, "metricsPassword": "open", "basicAuthPassword": "everyone's"}
	e, err := environment.New(t.Context(), i)
	require.NoError(t, err)
	querier, err := e.Querier(t.Context(), 1)
	require.NoError(t, err)

	querier.Ask(t.Context(), source.Question{Kind: source.MetricNames, Text: "up"})
	assert.Equal(t, "Basic bWU6b3Blbg==", (<-seen).Get("Authorization"), "me:open")
	querier.Ask(t.Context(), source.Question{Kind: source.LogLabels})
	assert.NotContains(t, <-seen, "Authorization")
	querier.Ask(t.Context(), source.Question{Kind: source.TraceSearch, Text: "{}", Limit: 1})
	const organizationAppAndOneStore = 3
	assert.Equal(t, slices.Repeat([]string{"Bearer " + secret}, organizationAppAndOneStore), grafana.tokens)
}
