package grafana_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/grafana"
)

func TestThePagerShowsANotificationAndRefusesAnythingElse(t *testing.T) {
	t.Parallel()
	var shown bytes.Buffer
	pager, err := grafana.Listen(context.Background(), "127.0.0.1:0", &shown)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, pager.Close()) })
	for body, status := range map[string]int{`{"title":"[FIRING] A","message":"Investigate: http://x"}`: http.StatusOK, `hello`: http.StatusBadRequest} {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, pager.URL, strings.NewReader(body))
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, status, response.StatusCode)
	}
	assert.Equal(t, "Notification: [FIRING] A\nInvestigate: http://x\n", shown.String())
}
