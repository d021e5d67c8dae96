package grafana_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	alertmanager "github.com/prometheus/alertmanager/template"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/faultline-investigation/faultline/pkg/environment"
)

type dataSource struct {
	Name           string            `yaml:"name"`
	UID            string            `yaml:"uid"`
	Type           string            `yaml:"type"`
	OrgID          int64             `yaml:"orgId"`
	URL            string            `yaml:"url"`
	JSONData       map[string]any    `yaml:"jsonData"`
	SecureJSONData map[string]string `yaml:"secureJsonData"`
}

type rule struct {
	UID         string            `yaml:"uid"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
	Data        []struct {
		DataSource string         `yaml:"datasourceUid"`
		Model      map[string]any `yaml:"model"`
	} `yaml:"data"`
	Notification struct {
		Receiver string `yaml:"receiver"`
	} `yaml:"notification_settings"`
	Dashboard string `yaml:"dashboardUid"`
	Panel     int    `yaml:"panelId"`
}

type group struct {
	OrgID  int64  `yaml:"orgId"`
	Name   string `yaml:"name"`
	Folder string `yaml:"folder"`
	Rules  []rule `yaml:"rules"`
}

// itself is the group of rules about Faultline, of which there is one process for all organizations.
const itself = "Faultline itself"

// provisioned is what all files of the folder say together.
type provisioned struct {
	Apps []struct {
		Type  string `yaml:"type"`
		OrgID int64  `yaml:"org_id"`
	} `yaml:"apps"`
	DataSources []dataSource `yaml:"datasources"`
	Providers   []struct {
		OrgID     int64             `yaml:"orgId"`
		Folder    string            `yaml:"folder"`
		FolderUID string            `yaml:"folderUid"`
		Options   map[string]string `yaml:"options"`
	} `yaml:"providers"`
	Groups        []group `yaml:"groups"`
	ContactPoints []struct {
		OrgID     int64  `yaml:"orgId"`
		Name      string `yaml:"name"`
		Receivers []struct {
			Settings map[string]string `yaml:"settings"`
		} `yaml:"receivers"`
	} `yaml:"contactPoints"`
	Templates []struct {
		OrgID    int64  `yaml:"orgId"`
		Template string `yaml:"template"`
	} `yaml:"templates"`
}

func files(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "provisioning", "*", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

func provisioning(t *testing.T) provisioned {
	t.Helper()
	var all provisioned
	for _, file := range files(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var one provisioned
		require.NoError(t, yaml.Unmarshal(text, &one), file)
		all.Apps = append(all.Apps, one.Apps...)
		all.DataSources = append(all.DataSources, one.DataSources...)
		all.Providers = append(all.Providers, one.Providers...)
		all.Groups = append(all.Groups, one.Groups...)
		all.ContactPoints = append(all.ContactPoints, one.ContactPoints...)
		all.Templates = append(all.Templates, one.Templates...)
	}
	return all
}

// groupsAboutServices are the groups of rules whose alerts lead into an investigation.
func groupsAboutServices(t *testing.T) []group {
	t.Helper()
	return slices.DeleteFunc(provisioning(t).Groups, func(g group) bool { return g.Name == itself })
}

// variablesNamed are the environment variables that the files read.
func variablesNamed(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, file := range files(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, line := range strings.Split(string(text), "\n") {
			line, _, _ = strings.Cut(line, "# ")
			for _, found := range regexp.MustCompile(`(?:^|[^$])\$([A-Z][A-Z0-9_]+)`).FindAllStringSubmatch(line, -1) {
				names[found[1]] = true
			}
		}
	}
	require.Len(t, names, 9)
	return names
}

var organizations = []int64{1, 2}

func TestEveryOrganizationHasWhatTheOtherHas(t *testing.T) {
	t.Parallel()
	all := provisioning(t)
	apps, sources, providers, rules, points, templates := map[int64]int{}, map[int64][]string{}, map[int64]int{}, map[int64]int{}, map[int64]int{}, map[int64]int{}
	for _, a := range all.Apps {
		assert.Equal(t, "faultline-investigation-app", a.Type)
		apps[a.OrgID]++
	}
	for _, d := range all.DataSources {
		sources[d.OrgID] = append(sources[d.OrgID], d.UID)
	}
	for _, p := range all.Providers {
		providers[p.OrgID]++
	}
	for _, g := range groupsAboutServices(t) {
		rules[g.OrgID] += len(g.Rules)
	}
	for _, p := range all.ContactPoints {
		points[p.OrgID]++
	}
	for _, p := range all.Templates {
		templates[p.OrgID]++
	}
	for _, organization := range organizations {
		assert.ElementsMatch(t, []string{"prometheus", "loki", "tempo", "faultline"}, sources[organization])
		for _, counted := range []map[int64]int{apps, providers, rules, points, templates} {
			assert.Equal(t, 1, counted[organization])
			assert.Len(t, counted, len(organizations))
		}
	}
}

func TestLinksBetweenDataSourcesStayWithinTheOrganization(t *testing.T) {
	t.Parallel()
	all := provisioning(t)
	for _, organization := range organizations {
		uids := map[string]bool{}
		var mine []any
		for _, d := range all.DataSources {
			if d.OrgID == organization {
				uids[d.UID] = true
				mine = append(mine, d.JSONData)
			}
		}
		text, err := json.Marshal(mine)
		require.NoError(t, err)
		links := regexp.MustCompile(`"(?:datasourceUid|uid)":"([^"]*)"`).FindAllStringSubmatch(string(text), -1)
		assert.Len(t, links, 9)
		for _, link := range links {
			assert.True(t, uids[link[1]], "organization %d has no data source %s", organization, link[1])
		}
	}
}

func TestTheProvisionedSettingsAreOnesThatFaultlineKnows(t *testing.T) {
	t.Parallel()
	tokens := map[string]bool{}
	for _, d := range provisioning(t).DataSources {
		if d.Type != "faultline-investigation-datasource" {
			continue
		}
		d.JSONData["grafanaUrl"] = "http://grafana:3000"
		text, err := json.Marshal(d.JSONData)
		require.NoError(t, err)
		_, err = environment.ReadSettings(backend.DataSourceInstanceSettings{UID: d.UID, Name: d.Name, JSONData: text,
			DecryptedSecureJSONData: d.SecureJSONData})
		require.NoError(t, err)
		tokens[d.SecureJSONData["token"]] = true
	}
	assert.Equal(t, map[string]bool{"$__file{tokens/organization-1}": true, "$__file{tokens/organization-2}": true}, tokens)
}

func TestEveryAlertRuleAsksAKnownDataSourceInItsLanguage(t *testing.T) {
	t.Parallel()
	for _, group := range provisioning(t).Groups {
		for _, r := range group.Rules {
			assert.Equal(t, "On-call", r.Notification.Receiver)
			assert.Equal(t, map[bool]string{false: "faultline-incident-overview", true: "faultline-self-monitoring"}[group.Name == itself], r.Dashboard)
			for _, query := range r.Data {
				switch query.DataSource {
				case "__expr__":
				case "prometheus":
					text, isText := query.Model["expr"].(string)
					require.True(t, isText)
					_, err := parser.NewParser(parser.Options{}).ParseExpr(text)
					require.NoError(t, err)
				default:
					require.Fail(t, "unknown data source", query.DataSource)
				}
			}
		}
	}
}

// written is what provisioning makes of a value that it expands, such as a rule's label: two dollars are one. It takes
// annotations as they are.
func written(text string) string { return strings.ReplaceAll(text, "$$", "$") }

// labels are hostile to whoever forgets to escape them.
var labels = map[string]string{"service_name": `a&b "c"/d#?%+`, "http_request_method": "POST", "http_route": "/api/checkout/{id}&x=1"}

// The functions are those that Grafana adds to Go's own; urlquery is Go's.
func TestTheLinkOfAnAlertRuleCarriesAwkwardLabelsUnharmed(t *testing.T) {
	t.Parallel()
	for _, group := range groupsAboutServices(t) {
		for _, r := range group.Rules {
			link := "{{- $labels := .Labels -}}" + r.Annotations["investigate_url"]
			funcs := template.FuncMap{"externalURL": func() string { return "https://grafana.example/sub/" }}
			address := rendered(t, template.New("link").Funcs(funcs), link, map[string]any{"Labels": labels})
			u, err := url.Parse(address)
			require.NoError(t, err)
			assert.Equal(t, "/sub/a/faultline-investigation-app/investigate", u.Path)
			assert.Equal(t, url.Values{"ds": {"faultline"}, "service": {labels["service_name"]}, "operation": {"POST /api/checkout/{id}&x=1"},
				"from": {"now-1h"}, "to": {"now"}, "orgId": {string(rune('0' + group.OrgID))}}, u.Query())
		}
	}
}

func TestAnAlertSaysWhichServiceAndOperationItIsAbout(t *testing.T) {
	t.Parallel()
	type value struct{ Value float64 }
	funcs := template.FuncMap{"humanizePercentage": func(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }}
	given := map[string]any{"Labels": labels, "Values": map[string]value{"A": {0.073}}}
	for _, group := range groupsAboutServices(t) {
		for _, r := range group.Rules {
			read := func(text string) string {
				return rendered(t, template.New("text").Funcs(funcs), "{{- $labels := .Labels -}}{{- $values := .Values -}}"+text, given)
			}
			assert.Equal(t, labels["service_name"], read(written(r.Labels["service"])))
			assert.Equal(t, "POST /api/checkout/{id}&x=1", read(written(r.Labels["operation"])))
			assert.Equal(t, "7.3% of POST /api/checkout/{id}&x=1 of "+labels["service_name"]+" fail; the limit is 1%.", read(r.Annotations["summary"]))
		}
	}
}

func TestNoFolderUIDIsClaimedByTwoOrganizations(t *testing.T) {
	t.Parallel()
	for _, p := range provisioning(t).Providers {
		assert.Equal(t, "Faultline", p.Folder, "alert rules name the folder by this title")
		assert.Empty(t, p.FolderUID)
	}
	for _, g := range provisioning(t).Groups {
		assert.Equal(t, "Faultline", g.Folder)
	}
}

func TestANotificationHoldsTheLinkWithTheAlertsTime(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 3, 10, 10, 47, 0, 0, time.UTC)
	organization := int64(2)
	data := map[string]any{"Status": "firing", "ExternalURL": "https://grafana.example/sub", "GroupLabels": map[string]string{"alertname": "CheckoutErrorRateHigh"},
		"CommonLabels": map[string]string{"service": "order-service"},
		"Alerts": []map[string]any{{"StartsAt": began, "Fingerprint": "2c5f", "OrgID": &organization, "Annotations": map[string]string{"summary": "7.3% fail."},
			"Labels": map[string]string{"service": labels["service_name"], "operation": "POST /api/checkout"}}}}
	for _, p := range provisioning(t).Templates {
		page := template.New("page").Funcs(template.FuncMap(alertmanager.DefaultFuncs))
		said := rendered(t, page, p.Template+`{{ template "faultline.title" . }}|{{ template "faultline.message" . }}`, data)
		title, message, _ := strings.Cut(strings.TrimSpace(said), "|")
		assert.Equal(t, "[FIRING] CheckoutErrorRateHigh: order-service", strings.TrimSpace(title))
		lines := strings.Split(strings.TrimSpace(message), "\n")
		require.Len(t, lines, 2)
		assert.Equal(t, "7.3% fail.", lines[0])
		u, err := url.Parse(strings.TrimPrefix(lines[1], "Investigate: "))
		require.NoError(t, err)
		assert.Equal(t, "/sub/a/faultline-investigation-app/investigate", u.Path)
		assert.Equal(t, url.Values{"ds": {"faultline"}, "service": {labels["service_name"]}, "operation": {"POST /api/checkout"},
			"at": {"1773139620000"}, "alert": {"2c5f"}, "orgId": {"2"}}, u.Query())
	}
}

func rendered(t *testing.T, page *template.Template, text string, data any) string {
	t.Helper()
	parsed, err := page.Parse(text)
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, parsed.Execute(&out, data))
	return out.String()
}
