package rank

// Thresholds are the numbers that no theory gives. docs/diagnosis.md says where each is from, and how much the result
// depends on it.
type Thresholds struct {
	Wide        float64 // spreads above the usual time or level from which it is unusual
	MuchLonger  float64 // of the usual time, that a slow one is longer
	ManyTimes   float64 // the usual level, from which a metric is high
	StillThere  float64 // of a change, that must be left in the latest requests
	ComesWith   float64 // share of a caller's changed requests in which the callee changed too, from which that explains it
	StrongFor   float64 // of the caller's score, that the callee's must be
	Behind      float64 // of the callee's score, that the caller keeps
	Untraced    float64 // of its strength, that a metric has of a service that no sampled request passed
	Significant float64 // chance of a single comparison above which it says nothing
}

// Usual are the thresholds in use.
func Usual() Thresholds {
	return Thresholds{Wide: 5, MuchLonger: 0.5, ManyTimes: 1.5, StillThere: 0.5, ComesWith: 0.8, StrongFor: 0.4, Behind: 0.9, Untraced: 0.5, Significant: 0.01}
}
