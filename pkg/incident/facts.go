package incident

import (
	"maps"
	"reflect"
	"slices"
)

// Fact names something that a step can learn, so that other steps can say they need it.
type Fact string

// The facts, in the order in which they usually become known, each with its field of Facts: the one by which it is known first, and then
// those beside it, which may be nil although the fact is known.
var (
	FactConventions  = declare("conventions", func(f *Facts) []any { return []any{&f.Conventions} })
	FactLogLabels    = declare("log labels", func(f *Facts) []any { return []any{&f.LogLabels} })
	FactService      = declare("service", func(f *Facts) []any { return []any{&f.Service} })
	FactApart        = declare("scope", func(f *Facts) []any { return []any{&f.Apart} })
	FactCounters     = declare("counters", func(f *Facts) []any { return []any{&f.Counters} })
	FactErrors       = declare("errors", func(f *Facts) []any { return []any{&f.Errors} })
	FactRefused      = declare("client errors", func(f *Facts) []any { return []any{&f.Refused} })
	FactTraffic      = declare("traffic", func(f *Facts) []any { return []any{&f.Traffic} })
	FactLatency      = declare("latency", func(f *Facts) []any { return []any{&f.Latency} })
	FactOnset        = declare("onset", func(f *Facts) []any { return []any{&f.Onset} })
	FactCallees      = declare("callees", func(f *Facts) []any { return []any{&f.Callees} })
	FactDependencies = declare("dependencies", func(f *Facts) []any { return []any{&f.Dependencies} })
	FactBlastRadius  = declare("blast radius", func(f *Facts) []any { return []any{&f.BlastRadius} })
	FactFailing      = declare("failing traces", func(f *Facts) []any { return []any{&f.Failing} })
	FactExemplars    = declare("exemplars", func(f *Facts) []any { return []any{&f.Exemplars} })
	FactExample      = declare("example trace", func(f *Facts) []any { return []any{&f.Example} })
	FactCulprit      = declare("culprit span", func(f *Facts) []any { return []any{&f.Culprit} })
	FactTraceLines   = declare("log lines of the trace", func(f *Facts) []any { return []any{&f.TraceLines} })
	FactPattern      = declare("failing log pattern", func(f *Facts) []any { return []any{&f.Pattern} })
	FactExternals    = declare("status of externals", func(f *Facts) []any { return []any{&f.Externals} })
	FactLookups      = declare("name lookups", func(f *Facts) []any { return []any{&f.Lookups} })
	FactPool         = declare("connection pool", func(f *Facts) []any { return []any{&f.Pool} })
	FactPods         = declare("pods in trouble", func(f *Facts) []any { return []any{&f.Pods} })
	FactSaturation   = declare("saturation", func(f *Facts) []any { return []any{&f.Saturation} })
	FactEvents       = declare("cluster events", func(f *Facts) []any { return []any{&f.Events} })
	FactChanges      = declare("changes", func(f *Facts) []any { return []any{&f.Changes} })
	FactInfraLogs    = declare("infrastructure's logs", func(f *Facts) []any { return []any{&f.InfraLogs} })
	FactSurroundings = declare("surroundings", func(f *Facts) []any { return []any{&f.Surroundings} })
	FactLocks        = declare("database locks", func(f *Facts) []any { return []any{&f.Locks} })
	FactShared       = declare("shared connection pool", func(f *Facts) []any { return []any{&f.Shared} })
	FactVerdict      = declare("verdict", func(f *Facts) []any { return []any{&f.Verdict, &f.Blame} })
	FactRecovery     = declare("exit criteria", func(f *Facts) []any { return []any{&f.Recovery} })
	FactPatterns     = declare("changed log patterns", func(f *Facts) []any { return []any{&f.Patterns} })
	FactMentions     = declare("mentions of the dependency in other logs", func(f *Facts) []any { return []any{&f.Mentions} })
	FactSlow         = declare("slow traces", func(f *Facts) []any { return []any{&f.Slow} })
	FactRefusals     = declare("refused traces", func(f *Facts) []any { return []any{&f.Refusals} })
	FactWhole        = declare("whole traces", func(f *Facts) []any { return []any{&f.Whole} })
	FactShapes       = declare("shapes of failing traces", func(f *Facts) []any { return []any{&f.Shapes} })
	FactTraits       = declare("attributes of failing traces", func(f *Facts) []any { return []any{&f.Traits} })
	FactNeighbours   = declare("services of the requests", func(f *Facts) []any { return []any{&f.Neighbours} })
	FactRisen        = declare("risen infrastructure metrics", func(f *Facts) []any { return []any{&f.Risen} })
	FactRanking      = declare("ranking of the services", func(f *Facts) []any { return []any{&f.Ranking} })
	FactWitness      = declare("second count", func(f *Facts) []any { return []any{&f.Witness} })
	FactNextWitness  = declare("second count of the next service", func(f *Facts) []any { return []any{&f.NextWitness} })
	FactOwnTime      = declare("time outside traced calls", func(f *Facts) []any { return []any{&f.OwnTime} })
)

// Facts is what the steps have learned; nil means not learned (yet). Which fact a field is of is declared above.
type Facts struct {
	Conventions  *Conventions    `json:"conventions,omitempty"`
	LogLabels    *LogLabels      `json:"logLabels,omitempty"`
	Service      *ServiceSeries  `json:"service,omitempty"`
	Apart        *Apart          `json:"scope,omitempty"` // nil where nothing tells systems of one name apart
	Counters     *Counters       `json:"counters,omitempty"`
	Errors       *Change         `json:"errors,omitempty"`
	Refused      *Change         `json:"refused,omitempty"` // share of requests that clients are to blame for
	Traffic      *Change         `json:"traffic,omitempty"`
	Latency      *Change         `json:"latency,omitempty"`
	Onset        *Onset          `json:"onset,omitempty"`
	Callees      *Callees        `json:"callees,omitempty"`
	Dependencies *Dependencies   `json:"dependencies,omitempty"`
	BlastRadius  *BlastRadius    `json:"blastRadius,omitempty"`
	Failing      *FailingTraces  `json:"failingTraces,omitempty"`
	Exemplars    *Exemplars      `json:"exemplars,omitempty"`
	Example      *Example        `json:"example,omitempty"`
	Culprit      *Culprit        `json:"culprit,omitempty"`
	TraceLines   *TraceLines     `json:"traceLines,omitempty"`
	Pattern      *FailingPattern `json:"failingPattern,omitempty"`
	Externals    *Externals      `json:"externals,omitempty"`
	Lookups      *Comparison     `json:"lookups,omitempty"`
	Pool         *Comparison     `json:"pool,omitempty"`
	Patterns     *LogPatterns    `json:"logPatterns,omitempty"`
	Mentions     *Mentions       `json:"mentions,omitempty"`
	Slow         *FailingTraces  `json:"slowTraces,omitempty"`
	Refusals     *FailingTraces  `json:"refusedTraces,omitempty"`
	Whole        *WholeTraces    `json:"-"` // large, and read from the store whenever they are wanted
	Shapes       *TraceShapes    `json:"traceShapes,omitempty"`
	Traits       *Traits         `json:"traits,omitempty"`
	Pods         *PodTroubles    `json:"pods,omitempty"`
	Saturation   *Saturation     `json:"saturation,omitempty"`
	Events       *ClusterEvents  `json:"events,omitempty"`
	Changes      *Changes        `json:"changes,omitempty"`
	InfraLogs    *InfraLogs      `json:"infraLogs,omitempty"`
	Surroundings *Surroundings   `json:"surroundings,omitempty"`
	Locks        *Locks          `json:"locks,omitempty"`
	Shared       *SharedPool     `json:"sharedPool,omitempty"`
	Neighbours   *Neighbours     `json:"neighbours,omitempty"`
	Risen        *Risen          `json:"risen,omitempty"`
	Ranking      *Ranking        `json:"ranking,omitempty"`
	Witness      *Witnesses      `json:"witnesses,omitempty"`
	NextWitness  *Witnesses      `json:"nextWitnesses,omitempty"`
	OwnTime      *OwnTime        `json:"ownTime,omitempty"`
	Blame        *Blame          `json:"blame,omitempty"` // nil where the verdict rests on nothing in the cluster
	Recovery     *ExitCriteria   `json:"recovery,omitempty"`
	Verdict      *Verdict        `json:"-"` // stands at the case itself
}

// fields are the places of each fact's fields in Facts.
var fields map[Fact][]int

// declare makes a fact of the fields that a function points to.
func declare(name Fact, of func(*Facts) []any) Fact {
	if fields == nil {
		fields = map[Fact][]int{}
	}
	var f Facts
	places := reflect.ValueOf(&f).Elem()
	for _, pointer := range of(&f) {
		for i := range places.NumField() {
			if places.Field(i).Addr().Interface() == pointer {
				fields[name] = append(fields[name], i)
			}
		}
	}
	return name
}

// AllFacts lists every fact that a case can know, ordered.
func AllFacts() []Fact { return slices.Sorted(maps.Keys(fields)) }

// Knows says whether the fact has been learned.
func (f *Facts) Knows(fact Fact) bool {
	of := fields[fact]
	return len(of) > 0 && !reflect.ValueOf(f).Elem().Field(of[0]).IsNil()
}

// Only are the given facts, as far as they are known, and no others.
func (f *Facts) Only(facts ...Fact) Facts {
	var some Facts
	from, to := reflect.ValueOf(f).Elem(), reflect.ValueOf(&some).Elem()
	for _, fact := range facts {
		for _, i := range fields[fact] {
			to.Field(i).Set(from.Field(i))
		}
	}
	return some
}

// Lean are the facts without what is large and no part of the document: samples of traces and spans, which steps of the same run read
// and nobody after it.
func (f Facts) Lean() Facts {
	f.Whole = nil
	if f.Neighbours != nil {
		lean := *f.Neighbours
		lean.Traces = nil
		f.Neighbours = &lean
	}
	if f.Shapes != nil {
		lean := *f.Shapes
		lean.Spans = nil
		f.Shapes = &lean
	}
	return f
}
