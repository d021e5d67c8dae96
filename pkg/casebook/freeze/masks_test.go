package freeze_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook/freeze"
)

func TestSecretsInTextsAreMaskedAndTheRestStays(t *testing.T) {
	t.Parallel()
	// Secrets are put together here, so that nobody who looks for leaked ones finds any in this file.
	jwt := "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N"
	for name, c := range map[string]struct{ text, want string }{
		"a bearer token":            {"Authorization: Bearer abcdef0123456789", "Authorization: [masked]"},
		"basic credentials":         {"sent basic dXNlcjpwYXNzd29yZA==, got 401", "sent basic [masked], got 401"},
		"a JSON Web Token":          {"session " + jwt + " expired", "session [masked] expired"},
		"an AWS key":                {"using AKIA" + "IOSFODNN7EXAMPLE now", "using [masked] now"},
		"a GitHub token":            {"clone with ghp_" + strings.Repeat("a1", 18), "clone with [masked]"},
		"a Grafana token":           {"glsa_" + strings.Repeat("Zz", 16) + "_1234abcd", "[masked]"},
		"a payment key":             {"key sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc used", "key [masked] used"},
		"a password in an address":  {"dial postgres://app:hunter2@db:5432/shop failed", "dial postgres://app:[masked]@db:5432/shop failed"},
		"a password with a name":    {"login user=ana password=hunter2 ok", "login user=ana password=[masked] ok"},
		"a password in JSON":        {`{"user":"ana","password":"hun ter2","ok":true}`, `{"user":"ana","password":"[masked]","ok":true}`},
		"JSON within JSON":          {`{\"api_key\":\"abc123\",\"n\":1}`, `{\"api_key\":\"[masked]\",\"n\":1}`},
		"a card number":             {"paid with 4242 4242 4242 4242 today", "paid with [masked] today"},
		"a card without blanks":     {`"card":"5555555555554444"`, `"card":"[masked]"`},
		"a private key":             {"-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- end", "[masked] end"},
		"a number with no check":    {"order 4242424242424241 shipped", "order 4242424242424241 shipped"},
		"a time in nanoseconds":     {"at 1763941766253991484", "at 1763941766253991484"},
		"a count of tokens":         {"tokens: 512, max_tokens=100", "tokens: 512, max_tokens=100"},
		"a trace id":                {"trace 8f2e4a1b7c9d3e5f timed out", "trace 8f2e4a1b7c9d3e5f timed out"},
		"an address without secret": {"GET https://api.stripe.com:443/v1/charges", "GET https://api.stripe.com:443/v1/charges"},
		"a query":                   {`sum(rate(http_requests_total{service="token-service"}[5m]))`, `sum(rate(http_requests_total{service="token-service"}[5m]))`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var masks *freeze.Masks
			got, count := masks.Text(c.text)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.want != c.text, count > 0)
			again, _ := masks.Text(got)
			assert.Equal(t, got, again, "a masked text stays as it is")
		})
	}
}

func TestOwnMasksExtendTheUsualOnes(t *testing.T) {
	t.Parallel()
	masks, err := freeze.NewMasks([]string{`CUST-[0-9]+`})
	require.NoError(t, err)
	got, count := masks.Text("CUST-77 with password=x")
	assert.Equal(t, "[masked] with password=[masked]", got)
	assert.Equal(t, 2, count)
}

func TestAttributesThatAreCalledLikeIdsAreMaskedLikeOthers(t *testing.T) {
	t.Parallel()
	var masks *freeze.Masks
	key := "sk_live_" + strings.Repeat("a1", 12)
	for _, document := range []string{
		`{"attributes":{"id":"SECRET","parent":"SECRET","trace":"SECRET"}}`,
		`{"resource":{"id":"SECRET"},"labels":{"trace":"Bearer SECRET"},"annotations":{"parent":"SECRET"}}`,
		`{"spans":[{"id":"SECRET","parent":"SECRET"}],"trace":"SECRET"}`,
		`{"key":"enduser.token","value":"SECRET"}`,
		`{"name":"DB_PASSWORD","value":["SECRET"]}`,
	} {
		got, count, err := masks.Document([]byte(strings.ReplaceAll(document, "SECRET", key)))
		require.NoError(t, err)
		assert.Equal(t, strings.Count(document, "SECRET"), count)
		assert.NotContains(t, string(got), "sk_live")
	}
	got, count, err := masks.Document([]byte(`{"id":"4242424242424242","parent":"4242424242424242","trace":"42424242424242424242424242424242"}`))
	require.NoError(t, err)
	assert.Zero(t, count)
	assert.Contains(t, string(got), `"4242424242424242"`)
}

func TestAMaskThatCannotBeUsedIsNamed(t *testing.T) {
	t.Parallel()
	_, err := freeze.NewMasks([]string{"fine", "("})
	require.ErrorContains(t, err, `masks[1] is "(", which is not a regular expression`)
	_, err = freeze.NewMasks([]string{".*"})
	require.ErrorContains(t, err, "matches the empty text too")
}

func TestAttributesAreMaskedByTheirNameAndIdsNever(t *testing.T) {
	t.Parallel()
	var masks *freeze.Masks
	got, count, err := masks.Document([]byte(
		`{"id":"4242424242424242","attributes":{"db.password":"hunter2","http.method":"GET","enduser.token":"t"},"number":12345678901234567890,"list":["secret: x"]}`))
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"4242424242424242","attributes":{"db.password":"[masked]","http.method":"GET","enduser.token":"[masked]"},
		"number":12345678901234567890,"list":["secret: [masked]"]}`, string(got))
	assert.Equal(t, 3, count)
	_, _, err = masks.Document([]byte(`{`))
	var broken *json.SyntaxError
	require.Error(t, err)
	assert.NotErrorAs(t, err, &broken)
}
