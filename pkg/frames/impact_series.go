package frames

import (
	"maps"
	"slices"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// impactSeriesQuery asks how the impact's numbers went over time: a frame a series.
func impactSeriesQuery() queryType {
	rests := []string{errorRate, requestRate, latency}
	return queryType{rests: rests, draw: func(d drawing) data.Frames {
		frames := data.Frames{}
		for _, s := range d.Steps {
			if !slices.Contains(rests, s.Key()) {
				continue
			}
			for _, f := range s.Findings {
				for _, series := range f.Evidence.Series {
					frames = append(frames, over(s, series, d.Subject))
				}
			}
		}
		if len(frames) == 0 { // the contract's way to say: of this kind, and empty
			frames = append(frames, frame("impact", data.FrameTypeTimeSeriesMulti))
		}
		return frames
	}}
}

func over(s incident.StepResult, series incident.Series, subject incident.Subject) *data.Frame {
	times, values := make([]time.Time, 0, len(series.Points)), make([]float64, 0, len(series.Points))
	for _, p := range series.Points {
		times, values = append(times, p.Time), append(values, p.Value)
	}
	name := series.Name
	if name == "" {
		name = s.Title
	}
	of := labels(subject)
	maps.Copy(of, series.Labels)
	value := data.NewField(name, of, values)
	value.Config = &data.FieldConfig{Unit: unitOf(series.Unit), DisplayNameFromDS: name}
	return frame(name, data.FrameTypeTimeSeriesMulti, data.NewField("time", nil, times), value)
}
