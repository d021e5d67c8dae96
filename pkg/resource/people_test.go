package resource

import (
	"net/http/httptest"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/assert"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestNobodyCanBeTakenForFaultline(t *testing.T) {
	t.Parallel()
	for _, user := range []*backend.User{nil, {}, {Name: "Faultline"}, {Login: "eve", Name: "Faultline"}, {Login: "eve", Name: " FAULT-LINE "}, {Login: "faultline"},
		{Email: "faultline"}, {Login: "eve", Name: "Faultline (automatic)"}} {
		request := httptest.NewRequestWithContext(t.Context(), "POST", "/", nil)
		author := authorOf(request.WithContext(backend.WithPluginContext(request.Context(), backend.PluginContext{User: user})))
		assert.NotEmpty(t, author.Login)
		assert.NotEqual(t, incident.Itself().Name, author.Name)
		if looksLike(author.Name, "Faultline") {
			assert.Contains(t, author.Name, "(user ")
		}
	}
	request := httptest.NewRequestWithContext(t.Context(), "POST", "/", nil)
	ana := authorOf(request.WithContext(backend.WithPluginContext(request.Context(), backend.PluginContext{User: &backend.User{Login: "ana", Name: "Ana"}})))
	assert.Equal(t, incident.Author{Login: "ana", Name: "Ana"}, ana)
}
