package lab_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

// A shop on plain machines: its stores know no kube-state-metrics, no Kubernetes events and no namespaces.
func TestWithoutKubernetesTheSlowLookupsAreTheVerdictAndTheClusterIsNotChecked(t *testing.T) {
	t.Parallel()
	metrics := hiding(t, world.Stack.Prometheus.URL, "/api/v1/label/__name__/values", "kube_", "kube_")
	logs := hiding(t, world.Stack.Loki.URL, "/loki/api/v1/labels", "k8s_", "event_reason")
	instance := patient(t, instanceWith(t, "metrics", metrics.URL))
	settings, ok := instance.Settings.(map[string]any)
	require.True(t, ok)
	settings["logs"] = map[string]string{"url": logs.URL}
	c, err := world.Backend.Investigate(context.Background(), instance, world.Request(), func(investigate.Event) {})
	require.NoError(t, err)

	require.Equal(t, "Likely: DNS lookups of api.stripe.com by payment-service are slow.", c.Verdict.Sentence)
	require.Equal(t, "DNS lookups of api.stripe.com", c.Verdict.Candidates[0].Component)
	for _, key := range []string{"cause/limits", "cause/pods", "cause/events", "cause/infra-logs"} {
		s := stepOf(t, c, key)
		require.Equal(t, incident.NotChecked, s.Outcome, key)
		require.Empty(t, s.Root, "%s says itself what is missing", key)
		require.NotEmpty(t, s.Reason, key)
		require.NotEmpty(t, s.Advice, key)
		require.Empty(t, s.Findings, key)
	}
	require.Len(t, c.Verdict.Unchecked, 4)
	require.NotEqual(t, incident.NotChecked, stepOf(t, c, "cause/changes").Outcome, "spans, build metrics and lines tell of changes too")
	require.Contains(t, stepOf(t, c, "cause/changes").Findings[0].Sentence, "Not there: kube-state-metrics, Kubernetes events")
	commands := stepOf(t, c, "recovery/mitigations").Findings
	require.Len(t, commands, 1, "nothing is known that would change something")
	require.Equal(t, "dig +tries=1 api.stripe.com", commands[0].Evidence.Commands[0].Text)
}

// hiding is a store in front of another: it leaves names with the prefix out of a list, and answers queries that hold
// the text with nothing.
func hiding(t *testing.T, address, list, prefix, text string) *httptest.Server {
	t.Helper()
	target, err := url.Parse(address)
	require.NoError(t, err)
	through := httputil.NewSingleHostReverseProxy(target)
	through.ModifyResponse = func(r *http.Response) error {
		if r.Request.URL.Path != list {
			return nil
		}
		return withoutNames(r, prefix)
	}
	return breaking(t, func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding") // so that the list arrives as it is
		if strings.Contains(r.URL.Query().Get("query"), text) {
			_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"streams","result":[]}}`)
			return
		}
		through.ServeHTTP(w, r)
	})
}

func withoutNames(r *http.Response, prefix string) error {
	var list struct {
		Status string   `json:"status"`
		Data   []string `json:"data"`
	}
	if err := json.NewDecoder(r.Body).Decode(&list); err != nil {
		return err
	}
	list.Data = slices.DeleteFunc(list.Data, func(name string) bool { return strings.HasPrefix(name, prefix) })
	body, err := json.Marshal(list)
	if err != nil {
		return err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Del("Content-Length")
	r.Header.Del("Content-Encoding")
	return nil
}
