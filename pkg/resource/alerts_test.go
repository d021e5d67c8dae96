package resource

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

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
