package incident_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

func TestEveryFieldOfTheFactsBelongsToOneFact(t *testing.T) {
	t.Parallel()
	for i := range reflect.TypeFor[incident.Facts]().NumField() {
		var f incident.Facts
		field := reflect.ValueOf(&f).Elem().Field(i)
		field.Set(reflect.New(field.Type().Elem()))
		var owners []incident.Fact
		for _, fact := range incident.AllFacts() {
			some := f.Only(fact)
			if !reflect.ValueOf(some).Field(i).IsNil() {
				owners = append(owners, fact)
			}
		}
		require.Len(t, owners, 1, reflect.TypeFor[incident.Facts]().Field(i).Name)
	}
}

func TestAFactIsKnownByItsFirstField(t *testing.T) {
	t.Parallel()
	beside := incident.Facts{Blame: &incident.Blame{}}
	require.False(t, beside.Knows(incident.FactVerdict))
	known := incident.Facts{Verdict: &incident.Verdict{}}
	require.True(t, known.Knows(incident.FactVerdict))
	require.False(t, known.Knows("nothing of the kind"))
}
