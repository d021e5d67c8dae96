package incident

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Fact names something that a step can learn, so that other steps can say they need it.
type Fact string

// The facts, in the order in which they usually become known.
const (
	FactConventions  Fact = "conventions"
	FactLogLabels    Fact = "log labels"
	FactService      Fact = "service"
	FactCounters     Fact = "counters"
	FactErrors       Fact = "errors"
	FactRefused      Fact = "client errors"
	FactTraffic      Fact = "traffic"
	FactLatency      Fact = "latency"
	FactOnset        Fact = "onset"
	FactCallees      Fact = "callees"
	FactDependencies Fact = "dependencies"
	FactBlastRadius  Fact = "blast radius"
	FactFailing      Fact = "failing traces"
	FactExemplars    Fact = "exemplars"
	FactExample      Fact = "example trace"
	FactCulprit      Fact = "culprit span"
	FactTraceLines   Fact = "log lines of the trace"
	FactPattern      Fact = "failing log pattern"
	FactExternals    Fact = "status of externals"
	FactLookups      Fact = "name lookups"
	FactPool         Fact = "connection pool"
	FactPods         Fact = "pods in trouble"
	FactSaturation   Fact = "saturation"
	FactEvents       Fact = "cluster events"
	FactChanges      Fact = "changes"
	FactInfraLogs    Fact = "infrastructure's logs"
	FactSurroundings Fact = "surroundings"
	FactShared       Fact = "shared connection pool"
	FactVerdict      Fact = "verdict"
	FactRecovery     Fact = "exit criteria"
	FactPatterns     Fact = "changed log patterns"
	FactMentions     Fact = "mentions of the dependency in other logs"
	FactSlow         Fact = "slow traces"
	FactWhole        Fact = "whole traces"
	FactShapes       Fact = "shapes of failing traces"
	FactTraits       Fact = "attributes of failing traces"
	FactNeighbours   Fact = "services of the requests"
	FactRanking      Fact = "ranking of the services"
	FactWitness      Fact = "second count"
)

// Facts is what the steps have learned; nil means not learned (yet). The tag names the fact that a field is of; a field
// "beside" another of the same fact may be nil although the fact is known.
type Facts struct {
	Conventions  *Conventions    `json:"conventions,omitempty" fact:"conventions"`
	LogLabels    *LogLabels      `json:"logLabels,omitempty" fact:"log labels"`
	Service      *ServiceSeries  `json:"service,omitempty" fact:"service"`
	Counters     *Counters       `json:"counters,omitempty" fact:"counters"`
	Errors       *Change         `json:"errors,omitempty" fact:"errors"`
	Refused      *Change         `json:"refused,omitempty" fact:"client errors"` // share of requests that clients are to blame for
	Traffic      *Change         `json:"traffic,omitempty" fact:"traffic"`
	Latency      *Change         `json:"latency,omitempty" fact:"latency"`
	Onset        *Onset          `json:"onset,omitempty" fact:"onset"`
	Callees      *Callees        `json:"callees,omitempty" fact:"callees"`
	Dependencies *Dependencies   `json:"dependencies,omitempty" fact:"dependencies"`
	BlastRadius  *BlastRadius    `json:"blastRadius,omitempty" fact:"blast radius"`
	Failing      *FailingTraces  `json:"failingTraces,omitempty" fact:"failing traces"`
	Exemplars    *Exemplars      `json:"exemplars,omitempty" fact:"exemplars"`
	Example      *Example        `json:"example,omitempty" fact:"example trace"`
	Culprit      *Culprit        `json:"culprit,omitempty" fact:"culprit span"`
	TraceLines   *TraceLines     `json:"traceLines,omitempty" fact:"log lines of the trace"`
	Pattern      *FailingPattern `json:"failingPattern,omitempty" fact:"failing log pattern"`
	Externals    *Externals      `json:"externals,omitempty" fact:"status of externals"`
	Lookups      *Comparison     `json:"lookups,omitempty" fact:"name lookups"`
	Pool         *Comparison     `json:"pool,omitempty" fact:"connection pool"`
	Patterns     *LogPatterns    `json:"logPatterns,omitempty" fact:"changed log patterns"`
	Mentions     *Mentions       `json:"mentions,omitempty" fact:"mentions of the dependency in other logs"`
	Slow         *FailingTraces  `json:"slowTraces,omitempty" fact:"slow traces"`
	Whole        *WholeTraces    `json:"-" fact:"whole traces"` // large, and read from the store whenever they are wanted
	Shapes       *TraceShapes    `json:"traceShapes,omitempty" fact:"shapes of failing traces"`
	Traits       *Traits         `json:"traits,omitempty" fact:"attributes of failing traces"`
	Pods         *PodTroubles    `json:"pods,omitempty" fact:"pods in trouble"`
	Saturation   *Saturation     `json:"saturation,omitempty" fact:"saturation"`
	Events       *ClusterEvents  `json:"events,omitempty" fact:"cluster events"`
	Changes      *Changes        `json:"changes,omitempty" fact:"changes"`
	InfraLogs    *InfraLogs      `json:"infraLogs,omitempty" fact:"infrastructure's logs"`
	Surroundings *Surroundings   `json:"surroundings,omitempty" fact:"surroundings"`
	Shared       *SharedPool     `json:"sharedPool,omitempty" fact:"shared connection pool"`
	Neighbours   *Neighbours     `json:"neighbours,omitempty" fact:"services of the requests"`
	Ranking      *Ranking        `json:"ranking,omitempty" fact:"ranking of the services"`
	Witness      *Witness        `json:"witness,omitempty" fact:"second count"`
	Blame        *Blame          `json:"blame,omitempty" fact:"verdict,beside"` // nil where the verdict rests on nothing in the cluster
	Recovery     *ExitCriteria   `json:"recovery,omitempty" fact:"exit criteria"`
	Verdict      *Verdict        `json:"-" fact:"verdict"` // stands at the case itself
}

// fields are the fields of each fact: the one by which it is known first.
var fields = func() map[Fact][]int {
	all := map[Fact][]int{}
	for i := range reflect.TypeFor[Facts]().NumField() {
		name, beside, _ := strings.Cut(reflect.TypeFor[Facts]().Field(i).Tag.Get("fact"), ",")
		if beside == "" {
			all[Fact(name)] = append([]int{i}, all[Fact(name)]...)
			continue
		}
		all[Fact(name)] = append(all[Fact(name)], i)
	}
	return all
}()

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
