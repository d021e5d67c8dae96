package logpattern

import (
	"math"
	"sort"

	"github.com/faultline-investigation/faultline/pkg/analysis/significance"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Sample is lines with what they were taken over.
type Sample struct {
	Lines []Line
	// Exposure is how much could have written them: seconds, or seconds times requests per second where traffic changed.
	// Both samples of a comparison need the same unit.
	Exposure float64
}

const (
	muchMore     = 2.0  // times the rate before that is a rise, and its inverse a fall
	surelyMore   = 1.5  // times the rate before that chance alone has to leave behind, and its inverse for a fall
	fewestLines  = 5    // on the side with more of them
	falsePercent = 0.01 // share of the changes told that may be chance
)

// Change is a template that one sample has much more of than the other, and not by chance.
type Change struct {
	Template Template // its count, times and example are those of now, or of before where it is gone
	Kind     incident.PatternChange
	Now      int     // lines in the sample of now
	Before   int     // lines in the sample of before
	Ratio    float64 // rate now over rate before, with half a line added to either side so that it is finite
	// Chance is how likely a change of less than one and a half is to look like that, corrected for the number of templates. To
	// ask for any change at all would tell of what writes in bursts, since a Poisson count's bounds are too narrow for it.
	Chance float64
}

// Comparison is what two samples have in common and what not.
type Comparison struct {
	Templates int      // in both together
	Changed   []Change // the largest change first
}

// Compare mines both samples together and tells what changed between them. A change must be large and significant: of
// thick samples small drifts are significant, and of thin ones large jumps are chance.
func Compare(now, before Sample) Comparison {
	lines := append(append(make([]Line, 0, len(now.Lines)+len(before.Lines)), now.Lines...), before.Lines...)
	mined := Mine(lines)
	changes := counted(mined, lines, len(now.Lines))
	p := make([]float64, len(changes))
	for i := range changes {
		c := &changes[i]
		c.Ratio = (float64(c.Now) + 0.5) / now.Exposure / ((float64(c.Before) + 0.5) / before.Exposure)
		p[i] = byChance(*c, now.Exposure, before.Exposure)
	}
	told := Comparison{Templates: len(changes)}
	for i, chance := range significance.Adjust(p) {
		c := changes[i]
		c.Chance, c.Kind = chance, kindOf(c)
		large := c.Ratio >= muchMore || c.Ratio <= 1/muchMore
		if large && chance < falsePercent && max(c.Now, c.Before) >= fewestLines {
			told.Changed = append(told.Changed, c)
		}
	}
	sort.SliceStable(told.Changed, func(i, j int) bool {
		return math.Abs(math.Log(told.Changed[i].Ratio)) > math.Abs(math.Log(told.Changed[j].Ratio))
	})
	return told
}

// byChance is the chance of a change, before it is corrected.
func byChance(c Change, now, before float64) float64 {
	switch {
	case c.Ratio > surelyMore:
		return significance.RateRatio(c.Now, now*surelyMore, c.Before, before)
	case c.Ratio < 1/surelyMore:
		return significance.RateRatio(c.Now, now/surelyMore, c.Before, before)
	}
	return 1
}

// counted counts each template on both sides; the first lines are those of now.
func counted(mined Templates, lines []Line, now int) []Change {
	changes := make([]Change, len(mined.All))
	sides := make([][2]Template, len(mined.All))
	for i, t := range mined.Of {
		side := 0
		if i >= now {
			side = 1
		}
		sides[t][side].add(lines[i].Line)
	}
	for i, t := range mined.All {
		current := sides[i][0]
		changes[i].Now, changes[i].Before = current.Count, sides[i][1].Count
		if current.Count == 0 {
			current = sides[i][1]
		}
		current.Service, current.Level, current.Tokens = t.Service, t.Level, t.Tokens
		changes[i].Template = current
	}
	return changes
}

func kindOf(c Change) incident.PatternChange {
	switch {
	case c.Before == 0:
		return incident.PatternNew
	case c.Now == 0:
		return incident.PatternGone
	case c.Ratio > 1:
		return incident.PatternRisen
	}
	return incident.PatternFallen
}
