package verdict_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

func TestADatabaseThatMetricsCallOtherwiseIsTheSameOne(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]struct {
		row        string
		attributes map[string]string
		says       string
	}{
		"by the system":            {"postgres", map[string]string{"db.system": "postgresql"}, "calls from web to pg-main.data.svc (postgres in the dependency table) take most of the time."},
		"by the database's name":   {"bookings", map[string]string{"db.system": "postgresql", "db.name": "bookings"}, "calls from web to pg-main.data.svc (bookings in the dependency table) take most of the time."},
		"by the peer":              {"seat-store", map[string]string{"peer.service": "seat-store"}, "calls from web to pg-main.data.svc (seat-store in the dependency table) take most of the time."},
		"by the host's short name": {"pg-main", nil, "calls from web to pg-main.data.svc (pg-main in the dependency table) take most of the time."},
		"another one":              {"redis", map[string]string{"db.system": "postgresql"}, "calls from web to pg-main.data.svc take most of the time."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := caseWithOnset()
			c.Facts.Example = &incident.Example{}
			attributes := map[string]string{"server.address": "pg-main.data.svc"}
			for k, v := range of.attributes {
				attributes[k] = v
			}
			c.Facts.Culprit = &incident.Culprit{Self: time.Second, External: "pg-main.data.svc", Span: incident.Span{Service: "web", Name: "SELECT", Kind: incident.KindClient, Attributes: attributes}}
			c.Facts.Dependencies = &incident.Dependencies{Rows: []incident.Dependency{{Service: of.row, Health: incident.Degraded}}}
			judged, _ := verdict.Judge(c)
			require.Equal(t, of.says, judged.Statement)
			if of.row != "redis" {
				require.Contains(t, judged.Candidates[0].Because, of.row+" is the dependency that is degraded")
				require.Len(t, judged.Candidates, 1, "one thing is accused once")
			}
		})
	}
}
