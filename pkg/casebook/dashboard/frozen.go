package dashboard

// FrozenType is the query type of panels whose answer stands in their own query.
const FrozenType = "frozen"

// Frozen is the part of a panel's query that holds its answer.
type Frozen struct {
	Frames []Frame `json:"frames"`
}

// Frame is a table, column by column.
type Frame struct {
	Name   string  `json:"name,omitempty"`
	Shape  Shape   `json:"shape"`
	Fields []Field `json:"fields"`
}

// Shape says how a frame is meant to be drawn.
type Shape string

// The shapes of frames.
const (
	Table      Shape = "table"
	TimeSeries Shape = "time series"
	Lines      Shape = "log lines"
	Spans      Shape = "trace"
)

// Field is a column of a frame; one of Times, Numbers and Texts is set, all of a frame's fields to the same length.
type Field struct {
	Name    string            `json:"name"`
	Unit    string            `json:"unit,omitempty"` // as Grafana calls units
	Labels  map[string]string `json:"labels,omitempty"`
	Times   []int64           `json:"times,omitempty"`   // ms since 1970
	Numbers []*float64        `json:"numbers,omitempty"` // nil is what nobody measured
	Texts   []string          `json:"texts,omitempty"`
}

// Len is how many values the field has.
func (f Field) Len() int { return max(len(f.Times), len(f.Numbers), len(f.Texts)) }
