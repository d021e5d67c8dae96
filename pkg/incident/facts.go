package incident

// Fact names something that a step can learn, so that other steps can say they need it.
type Fact string

// The facts, in the order in which they usually become known.
const (
	FactConventions  Fact = "conventions"
	FactLogLabels    Fact = "log labels"
	FactService      Fact = "service"
	FactErrors       Fact = "errors"
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
)

// Facts is what the steps have learned; nil means not learned (yet).
type Facts struct {
	Conventions  *Conventions    `json:"conventions,omitempty"`
	LogLabels    *LogLabels      `json:"logLabels,omitempty"`
	Service      *ServiceSeries  `json:"service,omitempty"`
	Errors       *Change         `json:"errors,omitempty"`
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
	Whole        *WholeTraces    `json:"-"` // large, and read from the store whenever they are wanted
	Shapes       *TraceShapes    `json:"traceShapes,omitempty"`
	Traits       *Traits         `json:"traits,omitempty"`
	Pods         *PodTroubles    `json:"pods,omitempty"`
	Saturation   *Saturation     `json:"saturation,omitempty"`
	Events       *ClusterEvents  `json:"events,omitempty"`
	Changes      *Changes        `json:"changes,omitempty"`
	InfraLogs    *InfraLogs      `json:"infraLogs,omitempty"`
	Surroundings *Surroundings   `json:"surroundings,omitempty"`
	Shared       *SharedPool     `json:"sharedPool,omitempty"`
	Neighbours   *Neighbours     `json:"neighbours,omitempty"`
	Ranking      *Ranking        `json:"ranking,omitempty"`
	Blame        *Blame          `json:"blame,omitempty"` // nil where the verdict rests on nothing in the cluster
	Recovery     *ExitCriteria   `json:"recovery,omitempty"`
	Verdict      *Verdict        `json:"-"` // stands at the case itself
}

// Knows says whether the fact has been learned.
func (f *Facts) Knows(fact Fact) bool {
	return map[Fact]bool{
		FactConventions:  f.Conventions != nil,
		FactLogLabels:    f.LogLabels != nil,
		FactService:      f.Service != nil,
		FactErrors:       f.Errors != nil,
		FactTraffic:      f.Traffic != nil,
		FactLatency:      f.Latency != nil,
		FactOnset:        f.Onset != nil,
		FactCallees:      f.Callees != nil,
		FactDependencies: f.Dependencies != nil,
		FactBlastRadius:  f.BlastRadius != nil,
		FactFailing:      f.Failing != nil,
		FactExemplars:    f.Exemplars != nil,
		FactExample:      f.Example != nil,
		FactCulprit:      f.Culprit != nil,
		FactTraceLines:   f.TraceLines != nil,
		FactPattern:      f.Pattern != nil,
		FactExternals:    f.Externals != nil,
		FactLookups:      f.Lookups != nil,
		FactPool:         f.Pool != nil,
		FactPods:         f.Pods != nil,
		FactSaturation:   f.Saturation != nil,
		FactEvents:       f.Events != nil,
		FactChanges:      f.Changes != nil,
		FactInfraLogs:    f.InfraLogs != nil,
		FactSurroundings: f.Surroundings != nil,
		FactShared:       f.Shared != nil,
		FactVerdict:      f.Verdict != nil,
		FactRecovery:     f.Recovery != nil,
		FactPatterns:     f.Patterns != nil,
		FactMentions:     f.Mentions != nil,
		FactSlow:         f.Slow != nil,
		FactWhole:        f.Whole != nil,
		FactShapes:       f.Shapes != nil,
		FactTraits:       f.Traits != nil,
		FactNeighbours:   f.Neighbours != nil,
		FactRanking:      f.Ranking != nil,
	}[fact]
}
