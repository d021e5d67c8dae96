package frames

import (
	"net/url"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/links"
)

// field makes a column with its unit.
func field[T any](name, unit string, values []T) *data.Field {
	f := data.NewField(name, nil, values)
	if unit != "" {
		f.Config = &data.FieldConfig{Unit: unit}
	}
	return f
}

// called says what a column is called where its name is one that Grafana prescribes.
func called(title string, f *data.Field) *data.Field {
	if f.Config == nil {
		f.Config = &data.FieldConfig{}
	}
	f.Config.DisplayName = title
	return f
}

// linked gives each row of a column of services a link to its own investigation, in the panel's time.
func (d drawing) linked(f *data.Field) *data.Field {
	if f.Config == nil {
		f.Config = &data.FieldConfig{}
	}
	// Grafana fills its own variables in; they must not be encoded.
	f.Config.Links = []data.DataLink{{Title: "Investigate", URL: links.Path + "?ds=" + url.QueryEscape(d.uid) +
		"&service=${__value.raw:percentencode}&from=${__from}&to=${__to}"}}
	return f
}

// toCase gives a column a link to the investigation that it is from.
func (d drawing) toCase(f *data.Field) *data.Field {
	if f.Config == nil {
		f.Config = &data.FieldConfig{}
	}
	f.Config.Links = []data.DataLink{{Title: "Open the investigation", URL: links.Link{DataSource: d.uid, Service: d.Subject.Service,
		Operation: d.Subject.Operation, Scope: d.Subject.Scope, From: milliseconds(d.Window.From), To: milliseconds(d.Window.To)}.String()}}
	return f
}

// frame puts columns together under what they are to Grafana.
func frame(name string, kind data.FrameType, fields ...*data.Field) *data.Frame {
	f := data.NewFrame(name, fields...)
	f.Meta = meta(kind)
	return f
}

// told is what a step's findings say, in one text.
func told(c *incident.Case, key string) string {
	var sentences []string
	for _, s := range c.Steps {
		if s.Key() == key {
			for _, f := range s.Findings {
				sentences = append(sentences, incident.WrittenInUTC(f.Sentence, f.Moments))
			}
		}
	}
	return strings.Join(sentences, " ")
}
