package defect_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/defect"
)

func TestAPanicBecomesAnErrorThatNamesTheWork(t *testing.T) {
	t.Parallel()
	var nothing *struct{ field int }
	for _, work := range []func(){
		func() { panic("on\npurpose") },
		func() { _ = nothing.field },
		func() { panic(errors.New("an error")) },
		func() { panic(strings.Repeat("é", 1000)) },
	} {
		err := defect.Contain("reading answers", work)
		var panicked *defect.Panicked
		require.ErrorAs(t, err, &panicked)
		require.Equal(t, "reading answers", panicked.Doing)
		require.NotContains(t, err.Error(), "\n")
		require.Less(t, len(err.Error()), 400)
	}
}

func TestEveryDefectIsCountedOnce(t *testing.T) { //nolint:paralleltest // other tests have defects too
	before := defect.Total()
	err := defect.Contain("work", func() { panic("on purpose") })
	require.Equal(t, before+1, defect.Total())
	defect.Note("a step", fmt.Errorf("plan: %w", err))
	defect.Note("a step", nil)
	require.Equal(t, before+1, defect.Total())
	defect.Note("a step", errors.New("two queries of one name"))
	require.Equal(t, before+2, defect.Total())
	metrics, err := prometheus.DefaultGatherer.Gather()
	require.NoError(t, err)
	served := -1.0
	for _, m := range metrics {
		if m.GetName() == "faultline_defects_total" {
			served = m.GetMetric()[0].GetCounter().GetValue()
		}
	}
	require.InDelta(t, defect.Total(), served, 0)
}

func TestWorkThatEndsWellHasNoError(t *testing.T) {
	t.Parallel()
	require.NoError(t, defect.Contain("nothing", func() {}))
}

func TestAnErrorFromBeforeThePanicIsKept(t *testing.T) {
	t.Parallel()
	before := errors.New("before")
	work := func() (err error) {
		defer defect.Recover("work", &err)
		defer func() { panic("after") }()
		return before
	}
	err := work()
	require.ErrorIs(t, err, before)
	require.ErrorContains(t, err, "panic in work: after")
}

func TestAGroupWaitsForAllItsWorkAndTellsWhatPanicked(t *testing.T) {
	t.Parallel()
	var group defect.Group
	done := make([]bool, 10)
	for i := range done {
		group.Go("part", func() {
			done[i] = true
			if i%5 == 0 {
				panic(i)
			}
		})
	}
	err := group.Wait()
	require.ErrorContains(t, err, "panic in part: 0")
	require.ErrorContains(t, err, "panic in part: 5")
	require.NotContains(t, done, false)
	var none defect.Group
	require.NoError(t, none.Wait())
}
