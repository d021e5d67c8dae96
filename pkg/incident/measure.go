package incident

// Measure is what a value measures, whatever its name says; empty where nobody has looked for it so far. Which operation, service, pod or
// text it is of stands in the value's labels, and of which time in its finding.
type Measure string

// Requests, as metrics count them: the subject's own, or those of the operation, callee (service) or caller that the labels name.
const (
	MeasureErrors   Measure = "error share"     // of requests or calls
	MeasureOwn      Measure = "own error share" // of a callee's requests, without those that its own callees fail
	MeasureRefused  Measure = "refused share"   // of requests that clients are to blame for
	MeasureStatus   Measure = "status share"    // of the failures, that have the status in the label code
	MeasureRequests Measure = "request rate"    // that are served
	MeasureCalls    Measure = "call rate"       // that the service makes
	MeasureP99      Measure = "p99 latency"     // of requests or calls
	MeasureMean     Measure = "mean latency"    // of requests

	MeasureEarlierErrors Measure = "error share on earlier days" // in the same hour
	MeasureEarlierP99    Measure = "p99 latency on earlier days" // likewise

	MeasureMetricsErrors Measure = "error share (metrics)" // beside that of the traces, over the same minutes
	MeasureTracesErrors  Measure = "error share (traces)"  // of the subject's requests that the trace store has
)

// What is there to be measured.
const (
	MeasureInterval   Measure = "sample interval" // of the request metric
	MeasureResets     Measure = "counter resets"  // of the series that fell most often
	MeasureCopies     Measure = "series copies"   // that differ only in the label of a replica
	MeasureCallees    Measure = "callees"
	MeasureCallers    Measure = "callers"
	MeasureOperations Measure = "operations" // that served requests
	MeasureNodes      Measure = "nodes"      // that report
)

// Moments of the incident.
const (
	MeasureOnset Measure = "onset"
	MeasureAgo   Measure = "time since onset"
)

// MeasureCountedOver is how long the time is that a number was counted in: the finding's interval, and its baseline.
const MeasureCountedOver Measure = "time counted"

// Traces.
const (
	MeasureFailingTraces   Measure = "failing traces"   // that were found
	MeasureSlowTraces      Measure = "slow traces"      // likewise
	MeasureRefusedTraces   Measure = "refused traces"   // likewise
	MeasureExemplars       Measure = "exemplar traces"  // that the request metric names
	MeasureTraceSpans      Measure = "trace spans"      // of the example
	MeasureTraceServices   Measure = "trace services"   // that take part in the example
	MeasureTraceDuration   Measure = "trace duration"   // of the example
	MeasureCulpritElapsed  Measure = "culprit duration" // of the span that went wrong
	MeasureCulpritSelf     Measure = "culprit own time" // in none of the spans below it
	MeasureAttempt         Measure = "attempt"          // that the span that went wrong is
	MeasureAttemptsAllowed Measure = "attempts allowed" // as it says
	MeasureHaving          Measure = "attribute share"  // of traces that touch the service, that have the attribute's value
)

// Log lines. Those of a kind hold what the label pattern says, with <*> where they differ.
const (
	MeasureLines        Measure = "log lines"                         // of the service and kind in the labels
	MeasureSampledLines Measure = "sampled log lines"                 // likewise, in a sample whose time MeasureRead says
	MeasureErrorLines   Measure = "error lines"                       // of the service, in a sample
	MeasureAllLines     Measure = "lines of any kind"                 // of the services, in a sample; several with commas between
	MeasureInfraErrors  Measure = "error lines of the infrastructure" // of the namespaces in the labels, a regular expression
	MeasureRead         Measure = "time read"                         // that a sample covers
	MeasureTimes        Measure = "times as frequent"                 // that the kind is, for as many requests
	MeasureFirstLine    Measure = "first log line"                    // of the kind, in the finding's interval
	MeasureTraceLines   Measure = "trace log lines"                   // that hold the example's id
)

// The cluster. The labels say which namespace and workload, queue, node or object it is of.
const (
	MeasureTroubledPods  Measure = "pods in trouble"
	MeasureRestarts      Measure = "restarts"
	MeasureMissing       Measure = "missing replicas"
	MeasureTroubledSince Measure = "troubled since"       // when the first sample showed it
	MeasureStrainedNodes Measure = "nodes under pressure" // that were not before
	MeasureWarnings      Measure = "warning events"
	MeasureWarnedObjects Measure = "objects warned of"
	MeasureFirstWarning  Measure = "first warning event"
	MeasureChanged       Measure = "change" // when the object was changed
	MeasureChangesBefore Measure = "changes before the onset"
	MeasureChangesAfter  Measure = "changes after the onset"
	MeasureCommands      Measure = "commands" // that the finding offers
	MeasureLookup        Measure = "lookup duration"
	MeasureInUse         Measure = "connections in use"
	MeasureAllowed       Measure = "connections allowed"
	MeasureThrottled     Measure = "throttled CPU periods"
	MeasureMemory        Measure = "memory of its limit"
	MeasureWaiting       Measure = "messages waiting"
	MeasurePressure      Measure = "time waiting for a processor"
)

// What the services of the requests do otherwise than before: the labels say which service, and which kind of difference.
const (
	MeasureShowing       Measure = "requests that show it"
	MeasureShownBefore   Measure = "share that showed it"
	MeasureTypical       Measure = "typical value" // of the difference, in seconds where it is a time
	MeasureWitnessed     Measure = "second count"
	MeasureSampled       Measure = "sampled requests"
	MeasureTakingPart    Measure = "services of the requests" // that were sampled
	MeasureCallsBetween  Measure = "calls between them"       // in the requests that were sampled
	MeasureOwnTime       Measure = "own time"                 // mean, outside traced calls
	MeasureUntracedCalls Measure = "untraced calls"           // mean time in calls to the peer in the labels
	MeasureUntracedCount Measure = "untraced calls a request" // median number of them
	MeasureUntracedCall  Measure = "untraced call"            // mean time of one of them
	MeasureAbreast       Measure = "calls at a time"          // median, of those to peers
	MeasureRepeats       Measure = "requests in one trace"    // of the subject, mean
	MeasureRetried       Measure = "retried calls"            // of the calls to the subject after the first of a trace, that follow a failed one
	MeasureIdle          Measure = "idle time"                // mean, in none of the operation's calls
)
