package resource

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestARecoveryOfLongAgoIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	as(t, e, "Editor", "POST", "cases", newCase)
	for _, fix := range []struct {
		ago    time.Duration
		status int
		says   string
	}{
		{3 * time.Hour, http.StatusConflict, "longer ago than a recovery is watched"},
		{time.Minute, http.StatusOK, `"stage":"blind"`},
	} {
		status, body := as(t, e, "Editor", "POST", "cases/x/entries", fmt.Sprintf(`{"id":"fix-%d","kind":"fix applied","happened":%q}`,
			fix.status, time.Now().Add(-fix.ago).UTC().Format(time.RFC3339)))
		require.Equal(t, http.StatusOK, status, body)
		status, body = as(t, e, "Viewer", "GET", "cases/x/watch", "")
		assert.Equal(t, fix.status, status)
		assert.Contains(t, body, fix.says)
	}
}

func TestACaseOfAnotherEnvironmentIsNotWatchedInTheStoresOfThisOne(t *testing.T) {
	t.Parallel()
	e, _ := keeping(t)
	found := &incident.Case{Version: incident.DocumentVersion, Environment: "Staging", Subject: incident.Subject{Service: "order-service"},
		Window: incident.Window{From: time.Now().Add(-time.Hour), To: time.Now()}, Started: time.Now(), Steps: []incident.StepResult{}}
	book, err := e.Casebook(t.Context(), 1)
	require.NoError(t, err)
	opened, err := book.Open(t.Context(), "", "staging", found, incident.Itself())
	require.NoError(t, err)
	status, body := as(t, e, "Editor", "POST", "cases/"+opened.ID+"/entries", `{"id":"f","kind":"fix applied"}`)
	require.Equal(t, http.StatusOK, status, body)
	status, body = as(t, e, "Viewer", "GET", "cases/"+opened.ID+"/watch", "")
	assert.Equal(t, http.StatusConflict, status)
	assert.Contains(t, body, "is of the environment")
}
