package lab_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/pkg/assistant"
	"github.com/faultline-investigation/faultline/pkg/failure"
)

// backendCalls sends HTTP requests to a resource of the real backend.
type backendCalls struct{ instance plugin.Instance }

// RoundTrip implements http.RoundTripper.
func (b backendCalls) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	answer := &http.Response{Request: r}
	var content bytes.Buffer
	err := world.Backend.Stream(r.Context(), b.instance, plugin.Request{Method: r.Method, Path: "mcp", Body: body, Headers: r.Header}, func(p plugin.Part) error {
		if answer.StatusCode == 0 {
			answer.StatusCode, answer.Header = p.Status, p.Headers
		}
		content.Write(p.Body)
		return nil
	})
	answer.Body = io.NopCloser(&content)
	return answer, err
}

// toolAnswer is what the tools have in common.
type toolAnswer struct {
	Result, Why, Investigation, Text string
	Statements                       []struct{ ID, Text string }
	Queries                          []struct{ Problem string }
}

// tool calls a tool with the instance's stores.
func tool(t *testing.T, session *mcp.ClientSession, name string, arguments map[string]any) toolAnswer {
	t.Helper()
	var text *mcp.TextContent
	for {
		result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: name, Arguments: arguments})
		require.NoError(t, err)
		var is bool
		text, is = result.Content[0].(*mcp.TextContent)
		require.True(t, is)
		if result.Meta[assistant.FailureKind] == string(failure.Busy) { // the machine is busy
			continue
		}
		require.False(t, result.IsError, text.Text)
		break
	}
	var answer toolAnswer
	require.NoError(t, json.Unmarshal([]byte(text.Text), &answer))
	return answer
}

func TestAnAssistantChecksTheWalkthroughInRealStores(t *testing.T) {
	t.Parallel()
	transport := &mcp.StreamableClientTransport{Endpoint: "http://grafana/mcp", HTTPClient: &http.Client{Transport: backendCalls{patient(t, world.Instance())}}}
	session, err := mcp.NewClient(&mcp.Implementation{Name: "lab"}, nil).Connect(t.Context(), transport, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = session.Close() })

	alert := world.Request().Window.To
	found := tool(t, session, "investigate", map[string]any{"service": "order-service", "operation": "POST /api/checkout", "time": alert.Format(time.RFC3339)})
	require.Contains(t, found.Statements[0].Text, "restrict-coredns")
	for _, s := range found.Statements {
		require.Equal(t, s.Text, tool(t, session, "evidence", map[string]any{"investigation": found.Investigation, "id": s.ID}).Text)
	}
	onset := investigated(t).Facts.Errors.Moved.Middle()
	for claim, want := range map[string]string{
		"errors of order-service rose at " + onset.UTC().Format(time.RFC3339):                      "holds",
		"errors of order-service rose at " + onset.Add(-25*time.Minute).UTC().Format(time.RFC3339): "does not hold",
		"order-service calls payment-service":                                                      "holds",
		"order-service calls search-service":                                                       "does not hold",
		"order-service calls api.stripe.com":                                                       "cannot be told",
		"only version 2.31.4 of order-service fails":                                               "cannot be told", // nothing else serves
		"only version 1.0.0 of order-service fails":                                                "does not hold",
	} {
		answer := tool(t, session, "check_claim", map[string]any{"claim": claim, "time": alert.Format(time.RFC3339), "tokens": 4000})
		require.Equal(t, want, answer.Result, "%s: %s", claim, answer.Why)
		for _, q := range answer.Queries {
			require.Empty(t, q.Problem, claim)
		}
	}
	quiet := tool(t, session, "firing", nil)
	require.Contains(t, quiet.Statements[0].Text, "firing")
	require.Empty(t, tool(t, session, "evidence", map[string]any{"id": quiet.Statements[0].ID}).Queries[0].Problem)
}
