package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const repository = "../.."

func TestTheWrittenSchemasMatchTheGoTypes(t *testing.T) {
	t.Parallel()
	for _, d := range documents() {
		written, err := os.ReadFile(filepath.Join(repository, d.file))
		require.NoError(t, err)
		current, err := schemaOf(repository, d)
		require.NoError(t, err)
		require.True(t, bytes.Equal(current, written), "%s is stale; run: go tool mage generate", d.file)
	}
}

func TestTheSchemaTellsWhatEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	defs := definitions(t)

	t.Run("words become enumerations", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []any{"found", "clear", "not checked"}, defs["Outcome"].Enum)
	})
	t.Run("a number that nobody measured is null", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, string(defs["Dependency"].Properties["p99"]), `"type":"null"`)
		require.Contains(t, defs["Dependency"].Required, "p99")
	})
	t.Run("evidence that is empty is absent", func(t *testing.T) {
		t.Parallel()
		require.NotContains(t, defs["Finding"].Required, "evidence")
	})
	t.Run("units and meanings come from the Go comments", func(t *testing.T) {
		t.Parallel()
		require.Contains(t, string(defs["Value"].Properties["baseline"]), "same unit")
	})
}

func TestTheGeneratorNamesWhereToRunIt(t *testing.T) {
	t.Parallel()
	_, err := schemaOf(t.TempDir(), documents()[0])
	require.ErrorContains(t, err, "root of the repository")
}

type definition struct {
	Enum       []any                      `json:"enum"`
	Properties map[string]json.RawMessage `json:"properties"`
	Required   []string                   `json:"required"`
}

func definitions(t *testing.T) map[string]definition {
	t.Helper()
	document, err := schemaOf(repository, documents()[0])
	require.NoError(t, err)
	var schema struct {
		Defs map[string]definition `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(document, &schema))
	for name, def := range schema.Defs {
		for property, raw := range def.Properties {
			var compact map[string]any
			require.NoError(t, json.Unmarshal(raw, &compact))
			def.Properties[property], err = json.Marshal(compact)
			require.NoError(t, err)
		}
		schema.Defs[name] = def
	}
	return schema.Defs
}
