package difference

import (
	"fmt"
	"slices"
	"time"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/numbers"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// WorthTelling is the least strength of a change that is told.
const WorthTelling = 0.2

const (
	maybeChance = rank.Unsure     // above which a change may be chance, all that was compared being counted
	fresh       = 2 * time.Minute // before the end, from which requests tell of now
)

// MoreThanChance says that some service's change is, by either of two measures, and was there in the last minutes.
func MoreThanChance(r *incident.Ranking, end time.Time) bool {
	return slices.ContainsFunc(r.Services, func(s incident.RankedService) bool { return isNoChance(s) && IsFresh(s, end) }) || isNoMatterOfOrder(r, end)
}

// isNoMatterOfOrder says that the first service's requests fail as they hardly do in any other order of the same requests
// (Barnard's test). Counting every comparison as if it stood alone calls much chance that is none.
func isNoMatterOfOrder(r *incident.Ranking, end time.Time) bool {
	if len(r.Services) == 0 || r.Services[0].Score < WorthTelling || r.Shuffled.Of == 0 || !IsFresh(r.Services[0], end) {
		return false
	}
	fails := slices.ContainsFunc(r.Services[0].Evidence, func(d incident.Difference) bool {
		return d.Failure && OfRequests(d) && d.Strength >= WorthTelling
	})
	return fails && float64(r.Shuffled.Hits+1)/float64(r.Shuffled.Of+1) <= maybeChance
}

// MayBeChance says that one service's change may be, all that was compared being counted. Of the first one other orders of the requests,
// where some were tried, say how likely that is.
func MayBeChance(r *incident.Ranking, s *incident.RankedService) bool {
	first := len(r.Services) > 0 && r.Services[0].Service == s.Service
	return s.Chance > maybeChance && (!first || r.Shuffled.Of == 0)
}

// IsFresh says that a change was there in the last minutes: without requests of these nobody knows whether it still is.
func IsFresh(r incident.RankedService, end time.Time) bool {
	return end.Sub(r.Last) <= fresh
}

// Shuffled says in how many other orders of the same requests as much fails.
func Shuffled(shuffled incident.Counted) string {
	return fmt.Sprintf("of %d other orders of the same requests, %s a service that fails or slows down as much", shuffled.Of,
		wording.Plural(shuffled.Hits, "1 shows", numbers.Count(float64(shuffled.Hits))+" show"))
}

// isNoChance says that a service's change is large and more than chance, all that was compared being counted.
func isNoChance(r incident.RankedService) bool {
	return r.Score >= WorthTelling && r.Chance <= maybeChance
}

// OfOutcome says that a difference is that requests end otherwise, and not how that comes about.
func OfOutcome(d incident.Difference) bool {
	return rank.Kind(d.Kind) == rank.Errors || rank.Kind(d.Kind) == rank.Refused
}

// OfErrorLines says that a difference is that error lines are written in more of the time, of whatever request.
func OfErrorLines(d incident.Difference) bool { return rank.Kind(d.Kind) == rank.ErrorLines }

// OfRequests says that a difference was counted in requests: metrics and lines without a request tell of the time alone.
func OfRequests(d incident.Difference) bool {
	ofTime := []rank.Kind{rank.ErrorLines, rank.CPU, rank.Memory, rank.Disk, rank.Network}
	return !slices.Contains(ofTime, rank.Kind(d.Kind))
}
