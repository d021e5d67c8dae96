package rank_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
)

// seldom is a world in which only every twentieth request reaches the store, and the store writes what it is told to.
func seldom(writes func(n int) []string) rank.Input {
	return world{lines: func(service string, _ time.Time, n int) []string {
		if service != "store" {
			return nil
		}
		return writes(n)
	}, calls: func(from, to string, n int) bool { return to != "store" || from == "orders" && n%20 == 0 }}.input()
}

// locked is the store's line of an error in the requests from one on.
func locked(first int) func(n int) []string {
	return func(n int) []string {
		if n >= first {
			return []string{"error the ledger is locked"}
		}
		return []string{"info the ledger was read"}
	}
}

func TestAFewFailuresAtTheEndAreMoreThanAnyOtherOrderShows(t *testing.T) {
	t.Parallel()
	found := rank.Rank(seldom(locked(560)))
	require.Equal(t, "store", found.Suspects[0].Service)
	require.Greater(t, found.Suspects[0].Chance, rank.Unsure, "counted one by one, all that was compared makes it chance")
	require.LessOrEqual(t, found.Shuffled.Hits, 1)
	require.Equal(t, 39, found.Shuffled.Of)
	require.Equal(t, found, rank.Rank(seldom(locked(560))), "the orders are the same in every run")
}

// One of very many kinds of failure is always most frequent at the end.
func TestOfManyFailuresThatComeAtAnyTimeOtherOrdersShowAsMuch(t *testing.T) {
	t.Parallel()
	found := rank.Rank(seldom(func(n int) []string {
		lines := []string{}
		for kind := range 90 {
			if (n/20*7919+kind*104729+n/20*kind*31)%97 < 24 {
				lines = append(lines, fmt.Sprintf("error shelf%c%c broke", 'a'+kind%26, 'a'+kind/26))
			}
		}
		return lines
	}))
	require.Equal(t, "store", found.Suspects[0].Service)
	require.GreaterOrEqual(t, found.Suspects[0].Score, 0.2)
	require.Equal(t, 2, found.Shuffled.Hits)
	require.Less(t, found.Shuffled.Of, 39, "two are enough to know")
}

func TestNoOtherOrderIsTriedWhereTheFirstSuspectIsClear(t *testing.T) {
	t.Parallel()
	found := rank.Rank(world{fails: func(service string, at time.Time, _ int) bool { return service == "store" && at.After(struck) }}.input())
	require.LessOrEqual(t, found.Suspects[0].Chance, rank.Unsure)
	require.Zero(t, found.Shuffled)
}

func TestNoOtherOrderIsTriedWhereNothingFails(t *testing.T) {
	t.Parallel()
	found := rank.Rank(seldom(func(n int) []string {
		if n >= 560 {
			return []string{"info the ledger was copied"}
		}
		return []string{"info the ledger was read"}
	}))
	require.NotEmpty(t, found.Suspects)
	require.Greater(t, found.Suspects[0].Chance, rank.Unsure)
	require.Zero(t, found.Shuffled, "that lines are others is no failure")
}
