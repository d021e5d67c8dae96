package phase

import (
	"maps"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// PartLabel is the label by which the parts of a joined question are told apart.
const PartLabel = "faultline_part"

// Part is one of several expressions that are asked for together.
type Part struct {
	Name    string
	Expr    promql.Expr
	Earlier time.Duration // how long before the question's own time it is asked for
}

// Joined makes one PromQL text of several parts, so that they cost one question. Parted takes the answer apart again.
func Joined(parts ...Part) (string, error) {
	all := make([]promql.Expr, len(parts))
	for i, p := range parts {
		earlier, err := promql.Offset(p.Expr, p.Earlier)
		if err != nil {
			return "", err
		}
		all[i] = promql.Labelled(earlier, PartLabel, p.Name)
	}
	return promql.Or(all...).Text()
}

// Parted is the series of a joined question's answer, by the names of its parts. A part that nothing answered is absent.
func Parted(answer source.Answer) map[string][]incident.Series {
	parts := map[string][]incident.Series{}
	for _, s := range answer.Series {
		name := s.Labels[PartLabel]
		s.Labels = maps.Clone(s.Labels)
		delete(s.Labels, PartLabel)
		parts[name] = append(parts[name], s)
	}
	return parts
}
