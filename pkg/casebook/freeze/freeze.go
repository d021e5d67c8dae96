// Package freeze makes a case ready to be kept for years: secrets masked, series thinned without losing a peak, and the
// whole within a size. It is pure.
package freeze

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// MostBytes is how large a saved case may be as JSON; what its dashboard's charts repeat comes on top.
const MostBytes = 2 << 20

// EvidenceBytes is the part of MostBytes that findings and evidence may take; the rest is for what people write.
const EvidenceBytes = MostBytes * 3 / 4

// Within gives the case, or a copy of it that is cut down to limit bytes as JSON, and says what was left out. The error says that it is
// too large even without its evidence.
func Within(c incident.Case, limit int) (incident.Case, []string, error) {
	document, err := json.Marshal(c)
	if err != nil {
		return c, nil, fmt.Errorf("encoding the case: %w", err)
	}
	if len(document) <= limit {
		return c, nil, nil
	}
	var smaller incident.Case
	if err := json.Unmarshal(document, &smaller); err != nil {
		return c, nil, fmt.Errorf("copying the case: %w", err)
	}
	left, err := within(&smaller, limit)
	return smaller, left, err
}

// Case gives a copy of the case to be kept, of at most EvidenceBytes as JSON, and says what became of it on the way. The
// error says what could not be encoded, or that the case is too large even without its evidence.
func Case(c *incident.Case, masks *Masks, now time.Time) (incident.Case, incident.Frozen, error) {
	frozen := incident.Frozen{At: now.UTC()}
	document, err := json.Marshal(c)
	if err != nil {
		return incident.Case{}, frozen, fmt.Errorf("encoding the case: %w", err)
	}
	document, frozen.Masked, err = masks.Document(document)
	if err != nil {
		return incident.Case{}, frozen, err
	}
	var kept incident.Case
	if err := json.Unmarshal(document, &kept); err != nil {
		return incident.Case{}, frozen, fmt.Errorf("reading the masked case: %w", err)
	}
	if frozen.Masked > 0 {
		kept.Relocate(c)
	}
	frozen.Left, err = within(&kept, EvidenceBytes)
	return kept, frozen, err
}
