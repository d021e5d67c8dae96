package resource

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatIsRememberedOfAnAlertIsKeptFromAnOrganizationThatMayNotAsk(t *testing.T) {
	t.Parallel()
	grafana := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"id":2,"name":"Other"}`)) })
	e := environmentOf(t, `{"grafanaUrl":"`+grafana+`","metrics":{"uid":"p"}}`)
	status, said := as(t, e, "Viewer", "GET", "alerts/any", "")
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, said, "The token belongs to organization 2, but this is organization 1.")
}

func TestAMessageThatIsTooLargeIsRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	status, said := as(t, e, "Editor", "POST", "alerts", `{"alerts":[],"externalURL":"`+strings.Repeat("x", 8<<20)+`"}`)
	assert.Equal(t, http.StatusRequestEntityTooLarge, status)
	assert.Contains(t, said, "The request has more than 8192 KiB.")
	assert.Contains(t, said, "max_alerts")
	status, said = as(t, e, "Editor", "POST", "alerts", `{"alerts":[`)
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, said, "The request is not the body of an Alertmanager's webhook")
}
