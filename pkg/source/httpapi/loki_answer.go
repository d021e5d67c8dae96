package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/prometheus/common/model"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// lokiAnswer is what is used of an answer of Loki's query endpoints. Loki's own type of it would bring most of Loki along,
// cloud storage included.
type lokiAnswer struct {
	Warnings []string `json:"warnings"`
	Data     struct {
		ResultType string `json:"resultType"` // streams, vector, matrix or scalar
		Stats      struct {
			Summary struct {
				Bytes count `json:"totalBytesProcessed"`
			} `json:"summary"`
		} `json:"stats"`
	} `json:"data"`

	body []byte // the shape of the result follows from ResultType
}

// read is how much Loki says that it read.
func (a lokiAnswer) read() incident.Read {
	return incident.Read{LogBytes: int64(a.Data.Stats.Summary.Bytes)}
}

// lokiStream is the lines of one set of labels.
type lokiStream struct {
	Labels map[string]string `json:"stream"`
	Lines  []lokiLine        `json:"values"`
}

// lokiLine is an array of a time in nanoseconds since 1970, as a string, and the line. Where a client asks for labels by
// category, which this one does not, a third element holds them.
type lokiLine struct {
	time time.Time
	text string
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *lokiLine) UnmarshalJSON(content []byte) error {
	var parts [2]*string // what is beyond is left out
	if err := json.Unmarshal(content, &parts); err != nil {
		return err
	}
	stamp, text := parts[0], parts[1]
	if stamp == nil || text == nil {
		return errors.New("a log line lacks its time or its text")
	}
	ns, err := strconv.ParseInt(*stamp, 10, 64)
	if err != nil {
		return fmt.Errorf("a log line's time is no number of nanoseconds: %w", err)
	}
	l.time, l.text = time.Unix(0, ns).UTC(), *text
	return nil
}

func readLoki(body []byte) (lokiAnswer, error) {
	answer := lokiAnswer{body: body}
	err := json.Unmarshal(body, &answer)
	return answer, err
}

// streams are an answer's lines; an error when it holds something else.
func (a lokiAnswer) streams() ([]lokiStream, error) {
	if a.Data.ResultType != "streams" {
		return nil, fmt.Errorf("the result is not a list of log streams but %q", a.Data.ResultType)
	}
	return resultOf[[]lokiStream](a.body)
}

// vector is an answer's samples at one moment; an error when it holds something else.
func (a lokiAnswer) vector() (model.Vector, error) {
	if a.Data.ResultType != "vector" {
		return nil, fmt.Errorf("the result is not a vector but %q", a.Data.ResultType)
	}
	samples, err := resultOf[model.Vector](a.body)
	if err != nil {
		return nil, err
	}
	for _, sample := range samples {
		if sample == nil {
			return nil, errors.New("a sample of the vector is null")
		}
	}
	return samples, nil
}
