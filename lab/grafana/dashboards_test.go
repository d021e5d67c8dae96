package grafana_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type dashboard struct {
	UID    string `json:"uid"`
	Panels []struct {
		ID         int    `json:"id"`
		Title      string `json:"title"`
		DataSource struct {
			Type string `json:"type"`
		} `json:"datasource"`
		Targets []struct {
			Expr      string `json:"expr"`
			QueryType string `json:"queryType"`
		} `json:"targets"`
	} `json:"panels"`
}

func dashboards(t *testing.T) []dashboard {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "provisioning", "dashboards", "faultline", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	var all []dashboard
	for _, file := range found {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var one dashboard
		require.NoError(t, json.Unmarshal(text, &one), file)
		all = append(all, one)
	}
	return all
}

// dashboardVariable is what Grafana fills in before a query is sent.
var dashboardVariable = regexp.MustCompile(`\$(__rate_interval|\w+)`)

func TestEveryPanelAsksInItsDataSourcesLanguage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(root, "docs", "panels.md"))
	require.NoError(t, err)
	for _, d := range dashboards(t) {
		ids := map[int]bool{}
		for _, panel := range d.Panels {
			assert.False(t, ids[panel.ID], "two panels have the id %d", panel.ID)
			ids[panel.ID] = true
			require.NotEmpty(t, panel.Targets, panel.Title)
			for _, target := range panel.Targets {
				if panel.DataSource.Type != "prometheus" {
					assert.Contains(t, string(page), "\n| `"+target.QueryType+"` |", panel.Title)
					continue
				}
				filled := dashboardVariable.ReplaceAllString(target.Expr, "1m")
				_, err := parser.NewParser(parser.Options{}).ParseExpr(filled)
				require.NoError(t, err, panel.Title)
			}
		}
	}
}

func TestAlertRulesNameAPanelThatIsThere(t *testing.T) {
	t.Parallel()
	panels := map[string][]int{}
	for _, d := range dashboards(t) {
		for _, p := range d.Panels {
			panels[d.UID] = append(panels[d.UID], p.ID)
		}
	}
	for _, g := range provisioning(t).Groups {
		for _, r := range g.Rules {
			assert.Contains(t, panels[r.Dashboard], r.Panel, r.UID)
		}
	}
}
