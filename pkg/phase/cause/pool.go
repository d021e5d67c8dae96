package cause

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/analysis/onset"
	"github.com/faultline-investigation/faultline/pkg/analysis/rise"
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
	exhausted = 0.9 // share of a pool in use from which callers wait
	muchUsed  = 0.5 // rise of the use that matters, as a share
)

// Pool compares how much of the culprit's service's fullest connection pool is in use with what normally is.
func Pool() phase.Step {
	return phase.Step{
		Phase:  incident.PhaseCause,
		ID:     "pool",
		Title:  "Connection pool",
		Needs:  []incident.Fact{incident.FactConventions, incident.FactCulprit},
		Awaits: []incident.Fact{incident.FactService},
		Learns: []incident.Fact{incident.FactPool, incident.FactShared},
		Plan:   planPool,
		Read:   readPool,
	}
}

func planPool(c *incident.Case) ([]source.Question, error) {
	metric := c.Facts.Conventions.Pool
	if metric == nil {
		return nil, phase.Skipf("Have the services report their pools' use and limit.",
			"No metric of connection pools is known in this metrics store.")
	}
	limit := promql.Max(ofCulprit(c, metric.Services, func(service promql.Matcher) promql.Expr {
		return promql.Select(metric.Max, service)
	}))
	text, err := phase.Joined(phase.Part{Name: poolUsed, Expr: connectionsUsed(c)}, phase.Part{Name: poolLimit, Expr: limit})
	if err != nil {
		return nil, err
	}
	others, err := planEveryPool(c)
	return append([]source.Question{{Name: ownPool, Kind: source.Range, Text: text, Window: phase.Lookback(c), Step: phase.Spacing(c)}}, others...), err
}

// The question for the culprit's service's own pool, and its parts.
const (
	ownPool   = "pool"
	poolUsed  = "used"
	poolLimit = "limit"
)

// connectionsUsed is how many connections the culprit's service's fullest instance has in use.
func connectionsUsed(c *incident.Case) promql.Expr {
	metric := c.Facts.Conventions.Pool
	return promql.Max(ofCulprit(c, metric.Services, func(service promql.Matcher) promql.Expr {
		return promql.Select(metric.Used, append(promql.EqualAll(metric.Only), service)...)
	}))
}

func readPool(c *incident.Case, answers source.Answers) (phase.Reading, error) {
	asked := []string{ownPool}
	if c.Facts.Conventions.Pool.Name != "" {
		asked = append(asked, everyPool)
	}
	if problem := answers.Problem(asked...); problem != nil {
		return phase.Reading{}, problem
	}
	pool, course, err := comparedPool(c, phase.Parted(answers[ownPool]))
	if err != nil {
		return phase.Reading{}, err
	}
	findings := []incident.Finding{uncompared(c, course.Points, poolFinding(c, pool, course))}
	shared, courses, err := sharedPool(c, answers[everyPool].Series, pool.Service)
	if err != nil {
		return phase.Reading{}, err
	}
	if shared != nil {
		findings = append(findings, sharedPoolFinding(c, shared, courses))
	}
	reading := phase.ClearBecause(findings...)
	if findings[0].Severity != incident.Normal || shared != nil {
		reading = phase.FoundThat(findings...)
	}
	return reading.Teaching(func(f *incident.Facts) { f.Pool, f.Shared = &pool, shared }), nil
}

// comparedPool is how full the culprit's service's fullest pool is now and normally is, and its course.
func comparedPool(c *incident.Case, parts map[string][]incident.Series) (incident.Comparison, incident.Series, error) {
	service := c.Facts.Culprit.Span.Service
	if len(parts[poolUsed]) == 0 || len(parts[poolLimit]) == 0 {
		return incident.Comparison{}, incident.Series{}, phase.Skipf("Check that it is instrumented as the other services are.", "%s reports no connection pool.", service)
	}
	course, limits := parts[poolUsed][0], parts[poolLimit][0].Points
	pool, ok := rise.Of(course.Points, rise.Options{Now: c.Window.Last(now), Usual: phase.Lookback(c), Onset: onset.Options{Relative: muchUsed, Absolute: 1, Noise: 1}})
	if !ok {
		return incident.Comparison{}, incident.Series{}, phase.Skipf("Check that the service is up.", "%s has not reported its connection pool in the last 5 min.", service)
	}
	query, err := connectionsUsed(c).Text()
	pool.What, pool.Service, pool.Unit, pool.Query = "connections in use", service, incident.Count, query
	pool.Limit = allowed(limits[len(limits)-1].Value)
	pool.Abnormal = pool.Abnormal && pool.Limit != nil && pool.Now >= exhausted**pool.Limit
	return pool, course, err
}

// allowed is how many connections there can be; nil where there is no limit, which Go's database/sql reports as 0 and others as
// a negative number.
func allowed(reported float64) *float64 {
	if reported <= 0 {
		return nil
	}
	return &reported
}

func poolFinding(c *incident.Case, pool incident.Comparison, course incident.Series) incident.Finding {
	current, usual, of := c.Window.Last(now), usualTime(c, pool.Moved), map[string]string{"service": pool.Service}
	course.Name, course.Unit = pool.What, incident.Count
	finding := incident.Finding{
		Severity: incident.Normal,
		Sentence: fmt.Sprintf("%s has %s connections in use, normally %s; its pool has no limit.", pool.Service, numbers.Count(pool.Now),
			numbers.Count(math.Round(pool.Normal))),
		Values:   []incident.Value{{Name: pool.What, Measure: incident.MeasureInUse, Value: pool.Now, Unit: pool.Unit, Baseline: incident.Baselined(pool.Normal), Labels: of}},
		Interval: &current, Baseline: &usual,
		Method:   "the fullest pool of any of its instances, at the end of the window; normal is the median before it rose",
		Evidence: incident.Evidence{Series: []incident.Series{course}}, Shows: incident.CriterionOfPool(&pool),
	}
	if pool.Limit == nil {
		return finding
	}
	finding.Values = append(finding.Values, incident.Value{Name: "connections allowed", Measure: incident.MeasureAllowed, Value: *pool.Limit, Unit: incident.Count, Labels: of})
	finding.Sentence = fmt.Sprintf("%s has %s of %s connections in use, normally %s.", pool.Service, numbers.Count(pool.Now), numbers.Count(*pool.Limit),
		numbers.Count(math.Round(pool.Normal)))
	if pool.Now >= exhausted**pool.Limit {
		finding.Severity = incident.Warning
		finding.Sentence = fmt.Sprintf("%s has %s of %s connections in use, and has had as many before: normally %s. Its callers may wait for one.", pool.Service,
			numbers.Count(pool.Now), numbers.Count(*pool.Limit), numbers.Count(math.Round(pool.Normal)))
	}
	if pool.Abnormal {
		finding.Severity = incident.Critical
		said := wording.Textf("%s's connection pool is exhausted: %s of %s connections in use, normally %s, since %s.", pool.Service,
			numbers.Count(pool.Now), numbers.Count(*pool.Limit), numbers.Count(math.Round(pool.Normal)), wording.Clock(pool.Moved.Middle()))
		finding.Sentence, finding.Moments = said.Plain(), said.Moments()
	}
	return finding
}

const (
	everyPool = "all pools"
	poolRise  = 0.3  // ratio of a pool, least rise that matters
	poolNoise = 0.05 // ratio that connections come and go by
)

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
		use, ok := rise.Of(s.Points, rise.Options{Now: c.Window.Last(now), From: exhausted, Onset: onset.Options{Absolute: poolRise, Relative: muchUsed, Noise: poolNoise}})
		if !ok || !use.Abnormal || !convention.PoolNamesItsTarget(name) {
			continue
		}
		if pools[name] == nil {
			pools[name] = &incident.SharedPool{Name: name}
		}
		one := 1.0
		use.What, use.Service, use.Limit, use.Unit = "connections in use", user, &one, incident.Ratio
		var err error
		if use.Query, err = promql.Max(poolShares(c, promql.EqualAll(s.Labels)...)).Text(); err != nil {
			return nil, nil, err
		}
		pools[name].Users = append(pools[name].Users, use)
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
		Sentence: fmt.Sprintf("%s have run out of connections to %s at the same time: look there, and at what each of them does with it.", wording.List(p.Services()), p.Name),
		Method:   "connections in use over those allowed, the fullest instance of each service, at the end of the window"}
	for _, u := range p.Users {
		finding.Values = append(finding.Values, incident.Value{Name: u.What, Measure: incident.MeasureInUse, Value: u.Now, Unit: u.Unit, Baseline: incident.Baselined(u.Normal),
			Labels: map[string]string{"service": u.Service, "pool": p.Name}})
	}
	return finding
}
