package cause

import (
	"fmt"
	"slices"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/analysis/baseline"
	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

const (
	everyPool = "all pools"
	poolRise  = 0.3  // ratio of a pool, least rise that matters
	poolNoise = 0.05 // ratio that connections come and go by
)

// serviceLabel is the label under which a metric keeps the service: that of the request metric where it has that too.
func serviceLabel(c *incident.Case, labels []string) string {
	if known := c.Facts.Service; known != nil && slices.Contains(labels, known.Label) {
		return known.Label
	}
	return labels[0]
}

// planEveryPool asks how full the named pools of all services are.
func planEveryPool(c *incident.Case) ([]source.Question, error) {
	metric := c.Facts.Conventions.Pool
	if metric.Name == "" {
		return nil, nil
	}
	text, err := poolShares(c).Text()
	return []source.Question{{Name: everyPool, Kind: source.Range, Text: text, Window: phase.Lookback(c), Step: phase.Spacing(c)}}, err
}

// poolShares is how full each named pool of each service is, the fullest instance of it, of those that the matchers pick.
func poolShares(c *incident.Case, more ...promql.Matcher) promql.Expr {
	metric := c.Facts.Conventions.Pool
	by := []string{serviceLabel(c, metric.Services), metric.Name}
	used := promql.Select(metric.Used, slices.Concat(promql.EqualAll(metric.Only), more)...)
	return promql.Divide(promql.Max(used, by...), promql.Max(promql.Select(metric.Max, more...), by...))
}

// sharedPool is the pool, by its name, that several services and among them the given one have run out of; nil where
// there is none. Of several it is the one with the most users.
func sharedPool(c *incident.Case, series []incident.Series, service string) (*incident.SharedPool, []incident.Series, error) {
	metric := c.Facts.Conventions.Pool
	pools, courses := map[string]*incident.SharedPool{}, map[string][]incident.Series{}
	for _, s := range series {
		name, user := s.Labels[metric.Name], s.Labels[serviceLabel(c, metric.Services)]
		current := baseline.Within(s.Points, c.Window.Last(now))
		if len(current) == 0 || !convention.PoolNamesItsTarget(name) {
			continue
		}
		change, moved := onset.Find(s.Points, onset.Options{Absolute: poolRise, Relative: muchUsed, Noise: poolNoise})
		if !moved || !change.Up() || current[len(current)-1] < exhausted {
			continue
		}
		if pools[name] == nil {
			pools[name] = &incident.SharedPool{Name: name}
		}
		one := 1.0
		again, err := promql.Max(poolShares(c, promql.EqualAll(s.Labels)...)).Text()
		if err != nil {
			return nil, nil, err
		}
		pools[name].Users = append(pools[name].Users, incident.Comparison{What: "connections in use", Service: user, Now: current[len(current)-1],
			Normal: change.Before, Limit: &one, Unit: incident.Ratio, Abnormal: true, Moved: &change.Moved, Query: again})
		s.Name, s.Unit = user, incident.Ratio
		courses[name] = append(courses[name], s)
	}
	most := mostShared(pools, service)
	if most == nil {
		return nil, nil, nil
	}
	sort.SliceStable(most.Users, func(i, j int) bool { return most.Users[i].Moved.Middle().Before(most.Users[j].Moved.Middle()) })
	return most, courses[most.Name], nil
}

// mostShared is the pool with the most users, of those that the service and another have run out of.
func mostShared(pools map[string]*incident.SharedPool, service string) *incident.SharedPool {
	var most *incident.SharedPool
	for _, p := range pools {
		among := slices.ContainsFunc(p.Users, func(u incident.Comparison) bool { return cluster.SameWorkload(u.Service, service) })
		if len(p.Users) < 2 || !among || most != nil && (len(most.Users) > len(p.Users) || len(most.Users) == len(p.Users) && most.Name < p.Name) {
			continue
		}
		most = p
	}
	return most
}

func sharedPoolFinding(c *incident.Case, p *incident.SharedPool, courses []incident.Series) incident.Finding {
	current := c.Window.Last(now)
	finding := incident.Finding{Severity: incident.Critical, Interval: &current, Evidence: incident.Evidence{Series: courses},
		Sentence: fmt.Sprintf("%s have run out of connections to %s at the same time: look there, and at what each of them does with it.", wording.List(users(p)), p.Name),
		Method:   "connections in use over those allowed, the fullest instance of each service, at the end of the window"}
	for _, u := range p.Users {
		finding.Values = append(finding.Values, incident.Value{Name: u.What, Value: u.Now, Unit: u.Unit, Baseline: incident.Baselined(u.Normal),
			Labels: map[string]string{"service": u.Service, "pool": p.Name}})
	}
	return finding
}

func users(p *incident.SharedPool) []string {
	names := make([]string, len(p.Users))
	for i, u := range p.Users {
		names[i] = u.Service
	}
	return names
}

// sharedPoolSuspect is what several services have run out of connections to.
func sharedPoolSuspect(c *incident.Case, symptoms []*suspect) *suspect {
	p := c.Facts.Shared
	if p == nil {
		return nil
	}
	first := p.Users[0]
	s := newSuspect(p.Name, "connection pool", fmt.Sprintf("%s have run out of connections to %s", wording.List(users(p)), p.Name))
	s.depth, s.began = 1, first.Moved
	s.happens("cause/pool", "%s runs out of connections to %s", first.Service, p.Name)
	s.speaks(inMetric, "%d services wait for connections to %s: %s use %s of theirs, normally %s", len(p.Users), p.Name, wording.List(users(p)),
		numbers.Percent(first.Now), numbers.Percent(first.Normal))
	addOrder(c, s)
	for _, symptom := range symptoms {
		s.inherits(symptom)
	}
	return s
}
