package relay

// Reason is why an alert goes out without a verdict, in a word or two.
type Reason string

// The reasons. Those of alerts that are not investigated are called like their results in package alerts.
const (
	ReasonDeadline     Reason = "deadline"           // the investigation took longer than the relay waits
	ReasonFailed       Reason = "failed"             // the investigation failed
	ReasonNothing      Reason = "nothing checked"    // it could look at nothing
	ReasonUnusable     Reason = "unusable"           // the data source's settings, or the message, cannot be used
	ReasonForgotten    Reason = "forgotten"          // it was investigated, too long ago to be remembered
	ReasonEnded        Reason = "resolved"           // the alert has ended
	ReasonNoService    Reason = "no service"         // nothing says which service it is about
	ReasonRateLimited  Reason = "rate limited"       // too many investigations were to begin at once
	ReasonInvalid      Reason = "invalid"            // its state or its time makes no sense
	ReasonStorm        Reason = "storm"              // it fires together with others, whose answer is not there yet
	ReasonSourceFailed Reason = "data source failed" // Grafana made it because a rule's data source failed
)

// Verdicts are what Answer.Verdict can be: the levels of a verdict. Others are counted together.
func Verdicts() []string { return []string{"likely", "possible", "no clear cause"} }

// Reasons are all reasons.
func Reasons() []Reason {
	return []Reason{ReasonDeadline, ReasonFailed, ReasonNothing, ReasonUnusable, ReasonForgotten, ReasonEnded, ReasonNoService, ReasonRateLimited,
		ReasonInvalid, ReasonStorm, ReasonSourceFailed}
}
