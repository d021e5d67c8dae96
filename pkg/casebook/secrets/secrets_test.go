package secrets_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook/secrets"
	"github.com/faultline-investigation/faultline/pkg/defect/provoke"
)

// kinds are texts with a secret each. Tokens are put together here, so that nobody who looks for leaked ones finds any in this file;
// those of providers are of the shape that they give them, and open to nothing.
func kinds() map[string][2]string {
	hex := strings.Repeat("0a1b2c3d4e5f6789", 8)
	mixed := strings.Repeat("aB3dE6gH9jK2", 20)
	pem := "MIIEpAIBAAKCAQEA7Zx\nq8Rk3vWc0TtY" + mixed[:40]
	base64 := strings.Repeat("Qm9v+Zm9v/YmFy", 8)
	return map[string][2]string{
		// Headers, of HTTP as they are written and as logs write them.
		"bearer token":                  {"Authorization: Bearer $", "abcdef0123456789"},
		"basic credentials":             {"authorization: basic $", "dXNlcjpwYXNzd29yZA=="},
		"credentials without a header":  {"sent Basic $, got 401", "dXNlcjpwYXNzd29yZA=="},
		"digest":                        {`Authorization: $`, `Digest username="ana", realm="r", nonce="dcd98b7102dd", response="6629fae49393a05397450978507c4ef1"`},
		"signature of a request":        {"Authorization: $", "AWS4-HMAC-SHA256 Credential=AKIA" + "QWERTYUIOPASDFGH/20260102/eu/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + hex[:64]},
		"proxy authorization":           {"proxy-authorization: Basic $", "cHJveHk6aHVudGVyMg=="},
		"authorization in JSON":         {`{"authorization":"Bearer $","x":1}`, "tok.en-0123456789"},
		"authorization in logfmt":       {`level=info authorization="Bearer $" status=200`, "tok.en-0123456789"},
		"authorization as Go prints it": {`map[Authorization:[Bearer $] Host:[a]]`, "tok_en0123456789"},
		"first cookie":                  {"Cookie: sid=$", "a1b2c3d4e5"},
		"cookies after the first":       {"Cookie: theme=dark; $", "sid=a1b2c3d4e5; remember=f6g7h8i9j0"},
		"cookies in quotes":             {`{"cookie":"$"}`, "theme=dark; session=a1b2c3d4e5"},
		"cookie that is set":            {"Set-Cookie: $", "id=a1b2c3d4e5; Path=/app; HttpOnly"},
		"API key of a header":           {"X-Api-Key: $", "k-12345-abcde"},
		"API key of a request":          {`curl -H "X-API-Key: $" http://host/`, "k-12345-abcde"},
		"token of Vault":                {"X-Vault-Token: $", "s.abcdefgh12345678ABCDEFGH"},
		"security token":                {"x-amz-security-token: $", "FwoGZXIvYXdzEBYaDK"},
		"header of GitLab":              {"PRIVATE-TOKEN: $", "abcde12345fghij67890"},
		"CSRF token":                    {"X-CSRF-Token=$", "9f8e7d6c5b4a"},
		// Sessions.
		"session id":               {"session_id=$ user=ana", "8d1f0c2b7a6e"},
		"session id in camel case": {`{"sessionId":"$"}`, "8d1f0c2b7a6e"},
		"session of a servlet":     {"GET /cart;jsessionid=$?x=1", "1A530637289A03B07199A44E8D531427"},
		"session of PHP":           {"PHPSESSID=$", "r2t5uvjq435r4q7ib3vtdjq120"},
		"session of Express":       {"connect.sid=$", "s%3Aj1b2c3.HmacSignature"},
		"one-time password":        {"otp: $", "493021"},
		"card verification":        {"cvv=$", "737"},
		// Names and values in the formats of logs, settings and code.
		"password":                     {"login user=ana password=$ ok", "hunter2"},
		"password with a semicolon":    {"pass=$", "hun;ter2"},
		"password with a comma":        {"password=$ user=ana", "hun,ter2"},
		"password with an ampersand":   {"password=$ user=ana", "hun&ter2"},
		"password with brackets":       {"password=$ user=ana", "h(u)n{te}r2]"},
		"password with a quote":        {`{"password":"$","ok":true}`, `hun\"ter2\\`},
		"password with blanks":         {`password="$" user=ana`, "correct horse battery"},
		"password in single quotes":    {`PASSWORD='$'`, "correct horse; battery"},
		"password in backticks":        {"password: `$`", "correct horse"},
		"password in JSON within JSON": {`{"body":"{\"password\":\"$\",\"n\":1}"}`, "hun ter2"},
		"password two quotations deep": {`"{\\\"password\\\":\\\"$\\\"}"`, "hun ter2"},
		"password in YAML":             {"db:\n  password: $\n  user: ana", "hunter2#1"},
		"password of an environment":   {"PGPASSWORD=$ psql", "hunter2"},
		"password of MySQL":            {"MYSQL_PWD=$", "hunter2"},
		"password in camel case":       {"dbPassword=$", "hunter2"},
		"password with a number":       {"password2: $", "hunter22"},
		"password of a form":           {"user[password]=$&user[name]=ana", "hunter2"},
		"password of Ruby":             {`:password=>"$"`, "hunter2"},
		"password of Go":               {`{User:ana Password:$ Port:1}`, "hunter2"},
		"list of tokens":               {`"tokens_secret": [$]`, `"abc123", "def456"`},
		"client secret":                {"client_secret=$&grant_type=x", "Zx9~abc.DEF"},
		"access token":                 {`"access_token":"$"`, "ya-abc.def"},
		"refresh token":                {"refresh_token=$", "1/abc-def"},
		"passphrase":                   {"passphrase: $", "let-me-in"},
		"encryption key":               {"ENCRYPTION_KEY=$", "0011223344556677"},
		"recovery phrase":              {`seed_phrase="$"`, "abandon ability able about"},
		"name beside its value":        {`{"name":"DB_PASSWORD","value":"$"}`, "hunter2"},
		"name beside its value in XML": {`<add key="ApiSecret" value="$"/>`, "hunter2"},
		// Addresses.
		"password in an address":            {"dial postgres://app:$@db:5432/shop failed", "hunter2"},
		"password with a slash":             {"postgres://app:$@db:5432/shop", "hun/ter2"},
		"password with an at sign":          {"amqp://app:$@mq:5672/", "hun@ter2"},
		"password without a user":           {"redis://:$@cache:6379/0", "hunter2"},
		"token as user":                     {"https://$@github.com/a/b.git", "0123456789abcdef0123"},
		"token as user before a fixed word": {"https://$@github.com/a/b.git", "0123456789abcdef0123:x-oauth-basic"},
		"token as password":                 {"https://oauth2:$@gitlab.com/a/b.git", "abcdef0123"},
		"address of Sentry":                 {"SENTRY=https://$@o1.ingest.sentry.io/2", "0123456789abcdef0123456789abcdef"},
		"signature in an address":           {"GET https://s3/a?X-Amz-Signature=$&X-Amz-Date=1", hex[:64]},
		"credential in an address":          {"https://s3/a?X-Amz-Credential=$&x=1", "AKIAX/20260102/eu/s3/aws4_request"},
		"shared access signature":           {"https://x.blob.core.windows.net/c?sv=2020&sig=$&se=2026", "a%2Bb%2Fc1234%3D"},
		"signature of Google":               {"https://storage.googleapis.com/b?X-Goog-Signature=$", hex[:80]},
		"token in an address":               {"GET /reset?token=$&lang=en 200", "9a8b7c6d"},
		"code of OAuth":                     {"GET /callback?code=$&scope=x", "4/0AX4XfWh-abcdef"},
		"key in an address":                 {"https://maps/api?key=$&q=x", "abcd-efgh-1234"},
		"ticket of a login":                 {"https://app/?ticket=$", "ST-1856339-aA5Yuvrxzpv8Tau1cYQ7"},
		// Connection strings.
		"storage account key":        {"DefaultEndpointsProtocol=https;AccountName=a;AccountKey=$;EndpointSuffix=core.windows.net", base64[:86] + "=="},
		"shared access key":          {"Endpoint=sb://x/;SharedAccessKeyName=root;SharedAccessKey=$", "abc+/def123="},
		"connection string of .NET":  {"Server=db;User Id=ana;Password=$;Encrypt=True", "hun;ter2"},
		"connection string of ODBC":  {"Driver={x};UID=ana;PWD=$;DB=a", "{hun;ter 2}"},
		"connection string of libpq": {"host=db password='$' user=ana", "hun ter2"},
		"address of MySQL in Go":     {"ana:$@tcp(db:3306)/shop", "hun/ter@2"},
		"address of Oracle":          {"jdbc:oracle:thin:scott/$@db:1521/orcl", "tiger2"},
		"address of SQL Server":      {"jdbc:sqlserver://db:1433;user=sa;password=$;encrypt=true", "hunter2"},
		"address of JDBC":            {"jdbc:mysql://db/shop?user=ana&password=$&useSSL=false", "hunter2"},
		// Webhooks.
		"webhook of Slack":    {"POST https://hooks.slack.com/services/$", "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"},
		"webhook of Discord":  {"https://discord.com/api/webhooks/$", "1234567890/abc-DEF_ghi"},
		"webhook of Teams":    {"https://acme.webhook.office.com/$", "webhookb2/0011-2233@4455/IncomingWebhook/6677/8899"},
		"webhook of Zapier":   {"https://hooks.zapier.com/hooks/$", "catch/123/abc456"},
		"webhook of IFTTT":    {"https://maker.ifttt.com/trigger/alarm/with/$", "key/abcDEF123"},
		"webhook of Telegram": {"https://api.telegram.org/$", "bot123456789:AAabcdefghijklmnopqrstuvwxyz012345/sendMessage"},
		"webhook of a host":   {"https://ci.example.com/webhooks/$", "deploy/a1b2c3d4e5f6a7b8c9d0e1f2"},
		// Documents.
		"element of XML":           {"<user>ana</user><password>$</password>", "hunter2"},
		"element of a namespace":   {`<wsse:Password Type="Text">$</wsse:Password>`, "hun ter2"},
		"element in CDATA":         {"<apiKey>$</apiKey>", "<![CDATA[hunter2]]>"},
		"element that was cut":     {"<password>$", "hunter2"},
		"attribute of XML":         {`<db user="ana" password="$"/>`, "hun ter2"},
		"private key":              {"$ end", "-----BEGIN RSA PRIVATE " + "KEY-----\n" + pem + "\n-----END RSA PRIVATE KEY-----"},
		"private key in one line":  {`"key":"$"`, `-----BEGIN PRIVATE ` + `KEY-----\n` + strings.ReplaceAll(pem, "\n", `\n`) + `\n-----END PRIVATE KEY-----\n`},
		"private key of OpenSSH":   {"$", "-----BEGIN OPENSSH PRIVATE " + "KEY-----\n" + pem + "\n-----END OPENSSH PRIVATE KEY-----"},
		"private key that was cut": {"$", "-----BEGIN EC PRIVATE " + "KEY-----\n" + pem},
		"private key of PGP":       {"$", "-----BEGIN PGP PRIVATE " + "KEY BLOCK-----\n\n" + pem + "\n-----END PGP PRIVATE KEY BLOCK-----"},
		"message of PGP":           {"$", "-----BEGIN PGP MESSAGE-----\n\n" + pem + "\n-----END PGP MESSAGE-----"},
		"private key of PuTTY":     {"$", "PuTTY-User-Key-File-3: ssh-rsa\n" + pem + "\nPrivate-MAC: 0a1b2c3d"},
		"hash of a password":       {"$ for ana", "$2b$12$" + mixed[:53]},
		// Command lines.
		"option":                {"mysqldump --password $ shop", "hunter2"},
		"option with equals":    {"app --db-password=$ --port 1", "hunter2"},
		"option with a token":   {"gh auth --token $", "abc123"},
		"option of a list":      {`["app","--api-key","$","--port","1"]`, "abc 123"},
		"user of curl":          {"curl -s -u $ https://host/", "ana:hunter2"},
		"long user of curl":     {"curl --user $ https://host/", "ana:hunter2"},
		"short option of MySQL": {"mysql -h db -uana -p$ shop", "hunter2"},
		"password of sshpass":   {"sshpass -p $ ssh host", "hunter2"},
		"password of Redis":     {"redis-cli -h cache -a $ ping", "hunter2"},
		"login of Docker":       {"docker login -u ana -p $ registry", "hunter2"},
		// Tokens of providers.
		"JSON Web Token":         {"session $ expired", "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N"},
		"key of AWS":             {"using $ now", "AKIA" + "QWERTYUIOPASDFGH"},
		"passing key of AWS":     {"using $,", "ASIA" + "QWERTYUIOPASDFGH"},
		"token of GitHub":        {"clone with $", "ghp_" + mixed[:36]},
		"longer token of GitHub": {"clone with $", "ghs_" + mixed[:60]},
		"new token of GitHub":    {"$", "github_pat_" + mixed[:22] + "_" + mixed[:59]},
		"token of GitLab":        {"($)", "glpat-" + mixed[:20]},
		"token of Grafana":       {"$", "glsa_" + mixed[:32] + "_0a1b2c3d"},
		"cloud token of Grafana": {"$", "glc_" + mixed[:60]},
		"token of Slack":         {"$", "xoxb-" + "123456789012-123456789012-" + mixed[:24]},
		"key of Stripe":          {"key $ used", "sk_live_" + mixed[:24]},
		"webhook key of Stripe":  {"$", "whsec_" + mixed[:32]},
		"key of Google":          {"$", "AIza" + mixed[:35]},
		"token of Google":        {"$", "ya29." + mixed[:60]},
		"key of SendGrid":        {"$", "SG." + mixed[:22] + "." + mixed[:43]},
		"key of Twilio":          {"$", "SK" + hex[:32]},
		"key of OpenAI":          {"$", "sk-" + "proj-" + mixed[:60]},
		"key of Anthropic":       {"$", "sk-ant-" + "api03-" + mixed[:93] + "AA"},
		"token of npm":           {"//registry/:_authToken=$", "npm_" + mixed[:36]},
		"token of PyPI":          {"$", "pypi-" + "AgEIcHlwaS5vcmc" + mixed[:60]},
		"token of Docker":        {"$", "dckr_pat_" + mixed[:27]},
		"token of DigitalOcean":  {"$", "dop_v1_" + hex[:64]},
		"token of Databricks":    {"$", "dapi" + hex[:32]},
		"token of Hugging Face":  {"$", "hf_" + strings.Repeat("abcdefGH", 5)[:34]},
		"token of Vault itself":  {"$", "hvs." + mixed[:95]},
		"key of New Relic":       {"$", "NRAK-" + strings.Repeat("ABC123", 5)[:27]},
		"token of Shopify":       {"$", "shpat_" + hex[:32]},
		"token of Telegram":      {"bot token $", "123456789:AA" + mixed[:33]},
		"token of Linear":        {"$", "lin_api_" + mixed[:40]},
		"key of age":             {"$", "AGE-SECRET-" + "KEY-1" + strings.Repeat("QPZRY9X8", 8)[:58]},
		"secret of Azure":        {`"$"`, "abc8Q~" + mixed[:34]},
		"token of Tailscale":     {"$", "tskey-auth-" + mixed[:24]},
		"card":                   {"paid with $ today", "4242 4242 4242 4242"},
		"card without blanks":    {`"card":"$"`, "5555555555554444"},
	}
}

func TestEachKindOfSecretIsGoneWhole(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(kinds()), 100)
	for name, kind := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			frame, secret := kind[0], kind[1]
			text := strings.Replace(frame, "$", secret, 1)
			got, count := secrets.Mask(text)
			assert.Positive(t, count, got)
			rest := strings.Replace(frame, "$", "", 1)
			size := min(4, len(secret))
			for i := range len(secret) - size + 1 {
				part := secret[i : i+size]
				if strings.TrimSpace(part) != "" && !strings.Contains(rest, part) && !strings.Contains(secrets.Masked, part) {
					assert.NotContains(t, got, part, "%q is left of the secret", part)
				}
			}
			again, _ := secrets.Mask(got)
			assert.Equal(t, got, again, "a masked text stays as it is")
		})
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a number without a check digit": "order 4242424242424241 shipped",
		"a time in nanoseconds":          "at 1763941766253991484",
		"a count of tokens":              "tokens: 512, max_tokens=100",
		"a trace id":                     "trace 8f2e4a1b7c9d3e5f timed out, trace_id=0af7651916cd43dd8448eb211c80319c",
		"a header of a trace":            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"an address":                     "GET https://api.stripe.com:443/v1/charges?limit=10&starting_after=ch_1",
		"an address of mail":             "sent to ana@example.com from http://host/path",
		"an image":                       "ghcr.io/acme/shop@sha256:0a1b2c3d4e5f67890a1b2c3d4e5f67890a1b2c3d4e5f67890a1b2c3d4e5f6789",
		"a query":                        `sum(rate(http_requests_total{service="token-service"}[5m]))`,
		"a query with a regexp":          `{service_name="shop"} |~ "password reset|session expired"`,
		"a sentence":                     "the password is wrong, the token expired and basic authentication failed",
		"a status":                       "password: required; token: expired, secret=null",
		"a service":                      "session-service: connection refused, auth-token-service p99=2.3s",
		"a line of Kubernetes":           `Failed to pull image: secret "regcred" not found`,
		"a path":                         "POST /api/webhooks/stripe 200",
		"a command":                      "kubectl -n kube-system delete networkpolicy restrict-coredns --wait=false",
		"a partition":                    "sort key=customer partition_key_range=0-100 cache key: user",
		"a commit":                       "deployed 0a1b2c3d4e5f67890a1b2c3d4e5f67890a1b2c3d of main",
		"a pass of a test":               "1 passed, bypass=true, compass: north",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, count := secrets.Mask(text)
			assert.Equal(t, text, got)
			assert.Zero(t, count)
		})
	}
}

func TestNamesOfSecretsAreKnownInEverySpelling(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"password", "db.password", "DB_PASSWORD", "dbPassword", "mypassword", "Password2", "http.request.header.authorization",
		"X-Api-Key", "apiKey", "APIKEY", "enduser.token", "session.id", "aws_secret_access_key", "http.request.header.set-cookie", "connectionString", "card_number"} {
		assert.True(t, secrets.IsName(name), name)
	}
	for _, name := range []string{"", "service.name", "token_count", "max_tokens", "key", "partition_key", "primary-key", "http.route", "passed", "secretary",
		"db.statement", "compass", "author", "keyboard", "messaging.destination.name", "error.type"} {
		assert.False(t, secrets.IsName(name), name)
	}
}

// What the documents of cases call their own fields is never the name of a secret: their values would be gone.
func TestNoFieldOfACaseIsTakenForASecret(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"case.schema.json", "saved-case.schema.json", "cases-api.schema.json"} {
		content, err := os.ReadFile("../../../docs/" + file)
		require.NoError(t, err)
		var schema any
		require.NoError(t, json.Unmarshal(content, &schema))
		fields := 0
		eachField(schema, func(field string) {
			fields++
			assert.False(t, secrets.IsName(field), field)
		})
		assert.Greater(t, fields, 50)
	}
}

func eachField(node any, call func(string)) {
	switch node := node.(type) {
	case map[string]any:
		for key, value := range node {
			if properties, is := value.(map[string]any); key == "properties" && is {
				for field, kind := range properties {
					if text, err := json.Marshal(kind); err == nil && strings.Contains(string(text), `"string"`) {
						call(field)
					}
				}
			}
			eachField(value, call)
		}
	case []any:
		for _, value := range node {
			eachField(value, call)
		}
	}
}

func FuzzMaskingEndsAndStays(f *testing.F) {
	for _, kind := range kinds() {
		f.Add(strings.Replace(kind[0], "$", kind[1], 1))
	}
	f.Fuzz(masked)
}

func TestDamagedSecretsAreMaskedWithoutEnd(t *testing.T) {
	t.Parallel()
	var texts [][]byte
	for _, kind := range kinds() {
		texts = append(texts, []byte(strings.Replace(kind[0], "$", kind[1], 1)))
	}
	provoke.Each(t, 2000, texts, func(text []byte) { masked(t, string(text)) })
}

func masked(t *testing.T, text string) {
	t.Helper()
	got, _ := secrets.Mask(text)
	if len(got) > len(text)+9*len(text)+9 {
		t.Fatal("the text has grown")
	}
}
