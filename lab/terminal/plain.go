package terminal

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// plain is a copy of a case whose every text can be printed. It goes through the case's JSON, so that no field, present
// or future, is forgotten. A text that is JSON itself stays JSON.
func plain(c *incident.Case) (*incident.Case, error) {
	written, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("case as JSON: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(written))
	decoder.UseNumber() // durations have more digits than a float holds
	var document any
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("case from JSON: %w", err)
	}
	if written, err = json.Marshal(plainly(document)); err != nil {
		return nil, fmt.Errorf("plain case as JSON: %w", err)
	}
	var copied incident.Case
	if err := json.Unmarshal(written, &copied); err != nil {
		return nil, fmt.Errorf("plain case from JSON: %w", err)
	}
	return &copied, nil
}

func plainly(value any) any {
	switch v := value.(type) {
	case string:
		return escape.OneLine(v)
	case []any:
		for i := range v {
			v[i] = plainly(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = plainly(v[key])
		}
	}
	return value
}
