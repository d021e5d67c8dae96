package frames

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

func thawed(t *testing.T, query string) backend.DataResponse {
	t.Helper()
	return answers(t, &Handler{}, backend.DataQuery{RefID: "A", QueryType: Frozen, JSON: json.RawMessage(query)})["A"]
}

func TestEveryPanelOfASavedCaseIsAnsweredWithoutAStore(t *testing.T) {
	t.Parallel()
	written, err := os.ReadFile(filepath.Join("..", "incident", "testdata", "saved.v1.json"))
	require.NoError(t, err)
	saved, err := incident.ReadSaved(written)
	require.NoError(t, err)
	document, err := json.Marshal(dashboard.Of(saved, dashboard.Source{Type: "faultline-investigation-datasource", UID: "prod"}, 3))
	require.NoError(t, err)
	again, err := dashboard.Read(document)
	require.NoError(t, err)
	assert.Equal(t, saved, again, "the dashboard holds the whole case")

	var held struct {
		Panels []struct {
			Title, Type string
			Targets     []json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(document, &held))
	answered := 0
	for _, p := range held.Panels {
		for _, target := range p.Targets {
			var head struct{ Hide bool }
			require.NoError(t, json.Unmarshal(target, &head))
			if head.Hide {
				continue
			}
			response := thawed(t, string(target))
			require.NoError(t, response.Error, p.Title)
			require.NotEmpty(t, response.Frames, p.Title)
			for _, frame := range response.Frames {
				assert.Positive(t, frame.Rows(), p.Title)
			}
			answered++
		}
	}
	assert.Greater(t, answered, 10)
}

func TestFrozenEvidenceBecomesFramesAgain(t *testing.T) {
	t.Parallel()
	response := thawed(t, `{"frozen":{"frames":[{"name":"p99","shape":"time series","fields":[
		{"name":"Time","times":[1767348000000,1767348015000]},{"name":"p99","unit":"s","labels":{"a":"b"},"numbers":[0.4,2.3]}]}]}}`)
	require.NoError(t, response.Error)
	frame := response.Frames[0]
	assert.Equal(t, "A", frame.RefID)
	assert.Equal(t, data.FrameTypeTimeSeriesMulti, frame.Meta.Type)
	assert.Equal(t, time.Date(2026, 1, 2, 10, 0, 15, 0, time.UTC), frame.Fields[0].At(1))
	assert.InDelta(t, 2.3, frame.Fields[1].At(1), 0)
	assert.Equal(t, "s", frame.Fields[1].Config.Unit)
	assert.Equal(t, data.Labels{"a": "b"}, frame.Fields[1].Labels)
}

func TestAFewBytesOfFrozenEvidenceCannotBecomeManyValues(t *testing.T) {
	t.Parallel()
	fields := strings.Repeat(`,{"name":"empty"}`, 999)
	frame := `{"fields":[{"name":"full","texts":[""` + strings.Repeat(`,""`, 999) + `]}` + fields + `]}`
	require.NoError(t, thawed(t, `{"frozen":{"frames":[`+frame+`]}}`).Error)
	response := thawed(t, `{"frozen":{"frames":[`+frame+`,`+frame+`]}}`)
	require.ErrorContains(t, response.Error, "has more than 1048576 values")
	assert.Empty(t, response.Frames)
}

func TestDamagedFrozenEvidenceIsSaidAndNotShown(t *testing.T) {
	t.Parallel()
	for query, says := range map[string]string{
		`{"frozen":`: "The frozen evidence in the panel's query cannot be read",
		`{}`:         "holds no frozen evidence",
		`{"frozen":{"frames":[{"name":"x","fields":[{"name":"a","numbers":[1]},{"name":"b","numbers":[1,2]}]}]}}`: `"a" of "x" has 1 values, others have 2`,
	} {
		response := thawed(t, query)
		require.ErrorContains(t, response.Error, says)
		assert.Empty(t, response.Frames)
	}
}

func TestWhatNobodyMeasuredIsNoNumberInASavedCase(t *testing.T) {
	t.Parallel()
	response := thawed(t, `{"frozen":{"frames":[{"name":"dependencies","shape":"table","fields":[{"name":"p99","unit":"s","numbers":[0.5,null]}]}]}}`)
	require.NoError(t, response.Error)
	field := response.Frames[0].Fields[0]
	assert.Equal(t, data.FieldTypeNullableFloat64, field.Type())
	assert.True(t, field.NilAt(1))
	value, known := field.ConcreteAt(0)
	assert.True(t, known)
	assert.InDelta(t, 0.5, value, 0)
}

func TestAttributesOfASavedTraceAreLists(t *testing.T) {
	t.Parallel()
	response := thawed(t, `{"frozen":{"frames":[{"name":"trace","shape":"trace","fields":[{"name":"tags","texts":["[{\"key\":\"a\",\"value\":\"b\"}]","no JSON"]}]}]}}`)
	require.NoError(t, response.Error)
	field := response.Frames[0].Fields[0]
	assert.Equal(t, data.FieldTypeJSON, field.Type())
	assert.JSONEq(t, `[{"key":"a","value":"b"}]`, string(field.At(0).(json.RawMessage)))
	assert.JSONEq(t, `[]`, string(field.At(1).(json.RawMessage)))
}
