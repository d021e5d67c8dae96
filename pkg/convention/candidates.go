package convention

import (
	"slices"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// The roles of metrics, in the order in which they are told.
const (
	Requests = "requests"
	Latency  = "latency"
	Edges    = "edges"
	Lookups  = "lookups"
	Pool     = "pool"
	Queue    = "queue"
	Build    = "build"
)

// The forms in which a family of durations can be there, other than as a histogram with le labels.
const (
	nativeForm = "native histogram"
	meanForm   = "sum and count only"
	countsForm = "counts only"
)

// candidate is one spelling of a role in one form.
type candidate struct {
	role, convention, form string

	needs    []string // metrics, all of which have to be there
	may      []string // metrics that are read where they are there
	unless   []string // metrics that show it to be something else
	settings bool     // a team named it
	take     func(*incident.Conventions)
}

// fits says whether a stack with these metrics has the candidate.
func (k candidate) fits(have map[string]bool) bool {
	for _, name := range k.needs {
		if !have[name] {
			return false
		}
	}
	return !slices.ContainsFunc(k.unless, func(name string) bool { return have[name] })
}

// candidates are all spellings of all roles, those of a role in the order of preference. Where a team names a role's
// metrics, theirs is the only one.
func candidates(n incident.Naming) []candidate {
	return slices.Concat(requestCandidates(n), edgeCandidates(n), lookupCandidates(n),
		roleCandidates(n, Pool, poolMetrics, n.Pool), roleCandidates(n, Queue, queueMetrics, n.Queue),
		roleCandidates(n, Build, buildMetrics, n.Build))
}

// requestCandidates come with durations first, then with their mean: a metric that only counts is a last resort.
func requestCandidates(n incident.Naming) []candidate {
	rows, own := requestRows, false
	if n.Requests != nil {
		rows, own = chosenRows(requestRows, *n.Requests, func(r requestRow) string { return r.Convention },
			requestRow{RequestMetric: *n.Requests}, n.Requests.Histogram == "" && n.Requests.Counter == ""), true
	}
	var timed, meant, counted []candidate
	for _, row := range rows {
		row.Services = first(n.Labels.Service, row.Services)
		if row.Histogram != "" {
			timed = append(timed, classicRequests(row), nativeRequests(row))
		}
		counted = append(counted, countedRequests(row))
		if row.Histogram != "" {
			meant = append(meant, meanRequests(row))
		}
	}
	all := slices.Concat(timed, meant, counted)
	for i := range all {
		all[i].settings = own
	}
	return all
}

func classicRequests(row requestRow) candidate {
	metric := row.RequestMetric
	metric.Native = false
	return request(metric, "", []string{metric.Histogram + "_bucket", metric.Counts()}, nil)
}

func nativeRequests(row requestRow) candidate {
	metric := row.RequestMetric
	metric.Native = true
	needs := []string{metric.Histogram}
	if metric.Counter != "" {
		needs = append(needs, metric.Counter)
	}
	// A summary has a series of the bare name too, and counts beside it.
	return request(metric, nativeForm, needs, []string{metric.Histogram + "_count"})
}

// meanRequests is a timer or a summary without buckets: how long requests take together, and how many they are.
func meanRequests(row requestRow) candidate {
	metric := onlyCounting(row)
	metric.Mean = row.Histogram
	needs := []string{metric.Mean + "_sum", metric.Mean + "_count"}
	if metric.Counter != metric.Mean+"_count" {
		needs = append(needs, metric.Counter)
	}
	return request(metric, meanForm, needs, nil)
}

func countedRequests(row requestRow) candidate {
	metric := onlyCounting(row)
	return request(metric, countsForm, []string{metric.Counter}, nil)
}

func onlyCounting(row requestRow) incident.RequestMetric {
	metric := row.RequestMetric
	switch {
	case row.counts != "":
		metric.Counter = row.counts
	case metric.Counter == "":
		metric.Counter = metric.Histogram + "_count"
	}
	metric.Histogram, metric.Native = "", false
	return metric
}

func request(metric incident.RequestMetric, form string, needs, unless []string) candidate {
	return candidate{role: Requests, convention: metric.Convention, form: form, needs: needs, unless: unless,
		take: func(c *incident.Conventions) {
			if c.Requests == nil {
				c.Requests = &metric
				return
			}
			told := func(o incident.RequestMetric) bool { return o.Convention == metric.Convention }
			if !told(*c.Requests) && !slices.ContainsFunc(c.OtherRequests, told) {
				c.OtherRequests = append(c.OtherRequests, metric)
			}
		}}
}

func edgeCandidates(n incident.Naming) []candidate {
	rows, own := edgeMetrics, false
	if n.Edges != nil {
		rows, own = chosenRows(edgeMetrics, *n.Edges, func(m incident.EdgeMetric) string { return m.Convention }, *n.Edges,
			n.Edges.Histogram == "" && n.Edges.Total == ""), true
	}
	var timed, counted []candidate
	for _, metric := range rows {
		if len(metric.Clients) > 1 {
			metric.Clients = first(n.Labels.Service, metric.Clients)
		}
		if metric.Histogram != "" {
			timed = append(timed, edge(metric, ""), edge(metric, nativeForm))
		}
		counted = append(counted, edge(metric, countsForm))
	}
	all := append(timed, counted...)
	for i := range all {
		all[i].settings = own
	}
	return all
}

func edge(metric incident.EdgeMetric, form string) candidate {
	k := candidate{role: Edges, convention: metric.Convention, form: form}
	switch form {
	case countsForm:
		metric.Total, metric.Histogram, metric.Native = metric.Counts(), "", false
	case nativeForm:
		metric.Native = true
		k.needs, k.unless = []string{metric.Histogram}, []string{metric.Histogram + "_count"}
	default:
		metric.Native = false
		k.needs = []string{metric.Histogram + "_bucket"}
	}
	if metric.Total != "" {
		k.needs = append(k.needs, metric.Total)
	}
	if metric.Failed != "" {
		k.may = []string{metric.Failed} // it appears with the first failure, so that its absence says nothing
	}
	k.take = func(c *incident.Conventions) {
		if c.Edges == nil {
			c.Edges = &metric
		}
	}
	return k
}

func lookupCandidates(n incident.Naming) []candidate {
	rows, own := lookupMetrics, false
	if n.Lookups != nil {
		rows, own = chosenRows(lookupMetrics, *n.Lookups, func(m incident.LookupMetric) string { return m.Convention }, *n.Lookups,
			n.Lookups.Histogram == ""), true
	}
	var all []candidate
	for _, metric := range rows {
		metric.Services = first(n.Labels.Service, metric.Services)
		classic, native := metric, metric
		classic.Native, native.Native = false, true
		all = append(all,
			candidate{role: Lookups, convention: metric.Convention, settings: own, needs: []string{metric.Histogram + "_sum", metric.Histogram + "_count"},
				take: func(c *incident.Conventions) { set(&c.Lookups, &classic) }},
			candidate{role: Lookups, convention: metric.Convention, settings: own, form: nativeForm, needs: []string{metric.Histogram},
				unless: []string{metric.Histogram + "_count"}, take: func(c *incident.Conventions) { set(&c.Lookups, &native) }})
	}
	return all
}

// roleMetric is a role of one form.
type roleMetric interface {
	incident.PoolMetric | incident.QueueMetric | incident.BuildMetric
}

// roleCandidates are those of a role whose metrics have one form each.
func roleCandidates[M roleMetric](n incident.Naming, role string, table []M, named *M) []candidate {
	rows, own := table, false
	if named != nil {
		rows, own = chosenRows(table, *named, conventionOf[M], *named, len(needsOf(*named)) == 0), true
	}
	var all []candidate
	for _, metric := range rows {
		metric := withService(metric, n.Labels.Service)
		all = append(all, candidate{role: role, convention: conventionOf(metric), needs: needsOf(metric), settings: own,
			take: func(c *incident.Conventions) { takeRole(c, metric) }})
	}
	return all
}

func conventionOf[M roleMetric](metric M) string {
	switch m := any(metric).(type) {
	case incident.PoolMetric:
		return m.Convention
	case incident.QueueMetric:
		return m.Convention
	case incident.BuildMetric:
		return m.Convention
	}
	return ""
}

func needsOf[M roleMetric](metric M) []string {
	switch m := any(metric).(type) {
	case incident.PoolMetric:
		return named(m.Used, m.Max)
	case incident.QueueMetric:
		return named(m.Waiting)
	case incident.BuildMetric:
		return named(m.Info)
	}
	return nil
}

func withService[M roleMetric](metric M, label string) M {
	switch m := any(&metric).(type) {
	case *incident.PoolMetric:
		m.Services = first(label, m.Services)
	case *incident.BuildMetric:
		m.Services = first(label, m.Services)
	}
	return metric
}

func takeRole[M roleMetric](c *incident.Conventions, metric M) {
	switch m := any(metric).(type) {
	case incident.PoolMetric:
		set(&c.Pool, &m)
	case incident.QueueMetric:
		set(&c.Queue, &m)
	case incident.BuildMetric:
		set(&c.Build, &m)
	}
}

// chosenRows are the rows that a team's naming leaves: those of the convention that it names, or its own alone.
func chosenRows[R, M any](table []R, _ M, conventionOf func(R) string, own R, byName bool) []R {
	if !byName {
		return []R{own}
	}
	var rows []R
	for _, row := range table {
		if conventionOf(row) == conventionOf(own) {
			rows = append(rows, row)
		}
	}
	return rows
}

// first puts a label before others; without a label it changes nothing.
func first(label string, labels []string) []string {
	if label == "" {
		return labels
	}
	return append([]string{label}, slices.DeleteFunc(slices.Clone(labels), func(l string) bool { return l == label })...)
}

func named(metrics ...string) []string {
	return slices.DeleteFunc(metrics, func(m string) bool { return m == "" })
}

func set[M any](role **M, metric *M) {
	if *role == nil {
		*role = metric
	}
}
