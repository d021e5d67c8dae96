package assistant

import (
	"context"
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// beforeClaim is "Y failed before X": the share of failed requests rose at both, and earlier at Y.
type beforeClaim struct{ first, second string }

func (b beforeClaim) says() string {
	return fmt.Sprintf("errors of %s rose before those of %s", wording.Quoted(b.first), wording.Quoted(b.second))
}

func (b beforeClaim) check(ctx context.Context, c *caller, l looking) (checked, error) {
	first, err := l.look(ctx, c, b.first, impactAlone)
	if err != nil {
		return checked{}, err
	}
	second, err := l.look(ctx, c, b.second, impactAlone)
	if err != nil {
		return checked{}, err
	}
	result, reason := b.judge(first.found, second.found)
	return checked{result: result, why: reason, of: []seen{{first, errorsMeasure.step}, {second, errorsMeasure.step}}}, nil
}

func (b beforeClaim) judge(first, second *incident.Case) (result, reason string) {
	for _, found := range []*incident.Case{first, second} {
		claimed := movedClaim{what: errorsMeasure, service: found.Subject.Service}
		switch result, reason := claimed.judge(found); result {
		case cannotBeTold:
			return cannotBeTold, reason
		case doesNotHold:
			return doesNotHold, fmt.Sprintf("Errors of %s did not rise. %s", wording.Quoted(found.Subject.Service), reason)
		}
	}
	one, other := first.Facts.Errors.Moved, second.Facts.Errors.Moved
	told := fmt.Sprintf("Errors of %s rose between %s and %s, those of %s between %s and %s.", wording.Quoted(b.first), one.Earliest.UTC().Format(time.RFC3339),
		one.Latest.UTC().Format(time.RFC3339), wording.Quoted(b.second), other.Earliest.UTC().Format(time.RFC3339), other.Latest.UTC().Format(time.RFC3339))
	switch {
	case one.Latest.Before(other.Earliest):
		return holds, told
	case other.Latest.Before(one.Earliest):
		return doesNotHold, told
	}
	return cannotBeTold, told + " The intervals overlap."
}
