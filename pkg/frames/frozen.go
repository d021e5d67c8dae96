package frames

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/casebook/dashboard"
)

// Frozen is the query type whose answer stands in the query itself: panels of a saved case have it. It asks no store.
const Frozen = dashboard.FrozenType

// mostCells bounds what one frozen query may make this process build; a case within its size has a tenth of that.
const mostCells = 1 << 20

// thaw turns the answer in a panel's query back into frames.
func thaw(q backend.DataQuery) backend.DataResponse {
	var asked struct {
		Frozen *dashboard.Frozen `json:"frozen"`
	}
	if err := json.Unmarshal(q.JSON, &asked); err != nil {
		return refused(backend.StatusBadRequest, fmt.Sprintf("The frozen evidence in the panel's query cannot be read: %s.", err))
	}
	if asked.Frozen == nil {
		return refused(backend.StatusBadRequest, "The panel's query holds no frozen evidence: the dashboard was changed, see its earlier versions.")
	}
	cells := 0
	for _, f := range asked.Frozen.Frames {
		if cells += rowsIn(f) * len(f.Fields); cells > mostCells {
			return refused(backend.StatusBadRequest, fmt.Sprintf("The frozen evidence in the panel's query has more than %d values, which no case has.", mostCells))
		}
	}
	response := backend.DataResponse{Frames: data.Frames{}}
	for _, f := range asked.Frozen.Frames {
		frame, err := frameOf(f)
		if err != nil {
			return refused(backend.StatusBadRequest, fmt.Sprintf("The frozen evidence in the panel's query is damaged: %s.", err))
		}
		frame.RefID = q.RefID
		response.Frames = append(response.Frames, frame)
	}
	return response
}

// rowsIn is how many rows a frame has: as many values as its longest field.
func rowsIn(f dashboard.Frame) int {
	rows := 0
	for _, field := range f.Fields {
		rows = max(rows, field.Len())
	}
	return rows
}

func frameOf(f dashboard.Frame) (*data.Frame, error) {
	frame, rows := data.NewFrame(f.Name), rowsIn(f)
	for _, field := range f.Fields {
		if field.Len() != rows && field.Len() != 0 {
			return nil, fmt.Errorf("%q of %q has %d values, others have %d", field.Name, f.Name, field.Len(), rows)
		}
		filled := fieldOf(field, rows)
		if f.Shape == dashboard.Spans && slices.Contains(listFields, field.Name) {
			filled = data.NewField(field.Name, field.Labels, lists(field.Texts))
		}
		frame.Fields = append(frame.Fields, filled)
	}
	frame.Meta = metaOf(f.Shape)
	return frame, nil
}

// listFields are the columns of a trace whose values Grafana's trace view takes for lists; it draws nothing when they are texts.
var listFields = []string{"tags", "serviceTags"}

// lists are texts of JSON as the lists that they spell.
func lists(texts []string) []json.RawMessage {
	all := make([]json.RawMessage, len(texts))
	for i, text := range texts {
		all[i] = json.RawMessage(text)
		if !json.Valid(all[i]) {
			all[i] = json.RawMessage("[]")
		}
	}
	return all
}

// numbersOf gives numbers that may be missing only where one is: some panels draw no others.
func numbersOf(numbers []*float64) any {
	plain := make([]float64, 0, len(numbers))
	for _, number := range numbers {
		if number == nil {
			return numbers
		}
		plain = append(plain, *number)
	}
	return plain
}

// fieldOf gives a field of rows values; a field without values is one of empty texts.
func fieldOf(f dashboard.Field, rows int) *data.Field {
	var field *data.Field
	switch {
	case f.Times != nil:
		times := make([]time.Time, rows)
		for i, ms := range f.Times {
			times[i] = time.UnixMilli(ms).UTC()
		}
		field = data.NewField(f.Name, f.Labels, times)
	case f.Numbers != nil:
		field = data.NewField(f.Name, f.Labels, numbersOf(f.Numbers))
	case f.Texts != nil:
		field = data.NewField(f.Name, f.Labels, f.Texts)
	default:
		field = data.NewField(f.Name, f.Labels, make([]string, rows))
	}
	if f.Unit != "" {
		field.Config = &data.FieldConfig{Unit: f.Unit}
	}
	return field
}

func metaOf(shape dashboard.Shape) *data.FrameMeta {
	version := data.FrameTypeVersion{0, 1}
	switch shape {
	case dashboard.TimeSeries:
		return &data.FrameMeta{Type: data.FrameTypeTimeSeriesMulti, TypeVersion: version, PreferredVisualization: data.VisTypeGraph}
	case dashboard.Lines:
		return &data.FrameMeta{Type: data.FrameTypeLogLines, TypeVersion: data.FrameTypeVersion{0, 0}, PreferredVisualization: data.VisTypeLogs}
	case dashboard.Spans:
		return &data.FrameMeta{PreferredVisualization: data.VisTypeTrace}
	default:
		return &data.FrameMeta{Type: data.FrameTypeTable, TypeVersion: version, PreferredVisualization: data.VisTypeTable}
	}
}
