// Package dashboard writes a saved case as a Grafana dashboard and reads it back. Its panels hold their own answers, so
// that it opens without the stores, without the app, and long after the data is gone. It is pure.
package dashboard

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/escape"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Source is the data source that turns frozen answers into frames again.
type Source struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

// Dashboard is Grafana's classic dashboard model, as far as a case needs it.
type Dashboard struct {
	ID            *int64    `json:"id"`
	UID           string    `json:"uid"`
	Title         string    `json:"title"`
	Description   string    `json:"description,omitempty"`
	Tags          []string  `json:"tags"`
	Editable      bool      `json:"editable"`
	SchemaVersion int       `json:"schemaVersion"`
	Version       int64     `json:"version"` // of the dashboard that this one replaces
	Time          timeRange `json:"time"`
	Timezone      string    `json:"timezone"`
	Links         []link    `json:"links"`
	Panels        []panel   `json:"panels"`
}

type timeRange struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type link struct {
	Title       string   `json:"title"`
	Type        string   `json:"type"`
	URL         string   `json:"url"`
	Icon        string   `json:"icon"`
	Tags        []string `json:"tags"`
	TargetBlank bool     `json:"targetBlank"`
}

type panel struct {
	ID          int            `json:"id"`
	Type        string         `json:"type"`
	Title       string         `json:"title"`
	Description string         `json:"description,omitempty"`
	GridPos     gridPos        `json:"gridPos"`
	Datasource  *Source        `json:"datasource,omitempty"`
	Targets     []target       `json:"targets,omitempty"`
	Options     map[string]any `json:"options,omitempty"`
	FieldConfig *fieldConfig   `json:"fieldConfig,omitempty"`
}

type gridPos struct {
	H int `json:"h"`
	W int `json:"w"`
	X int `json:"x"`
	Y int `json:"y"`
}

type fieldConfig struct {
	Defaults  map[string]any `json:"defaults"`
	Overrides []any          `json:"overrides"`
}

// target is a panel's query. The one that is hidden is never sent; it holds the case's document.
type target struct {
	RefID      string              `json:"refId"`
	Datasource Source              `json:"datasource"`
	QueryType  string              `json:"queryType"`
	Hide       bool                `json:"hide,omitempty"`
	Frozen     *Frozen             `json:"frozen,omitempty"`
	Document   *incident.SavedCase `json:"document,omitempty"`
}

const (
	schemaVersion = 41 // Grafana 12's
	documentRef   = "document"
	appPath       = "/a/faultline-investigation-app/cases/"
	// marked is the tag that all cases have.
	marked = "faultline-case"
)

// Of writes a case as a dashboard. Version is that of the dashboard it replaces, 0 for a new one.
func Of(s *incident.SavedCase, source Source, version int64) *Dashboard {
	from := s.Case.Window.From.Add(-time.Hour) // as the charts of an investigation
	to := s.Case.Window.To
	for _, e := range s.Entries {
		if e.When().After(to) && e.When().Before(s.Case.Window.To.Add(24*time.Hour)) {
			to = e.When()
		}
	}
	return &Dashboard{UID: s.ID, Title: casebook.Title(s), Description: escape.Panel(incident.WrittenInUTC(s.Case.Verdict.Sentence, s.Case.Verdict.Moments)), Tags: Tags(s, source), SchemaVersion: schemaVersion, Version: version,
		Time:   timeRange{From: from.UTC().Format(time.RFC3339), To: to.UTC().Format(time.RFC3339)},
		Links:  []link{{Title: "Work on this case", Type: "link", URL: appPath + s.ID + "?ds=" + source.UID, Icon: "external link", Tags: []string{}}},
		Panels: panels(s, source)}
}

// Read finds the case's document in a dashboard as Grafana gives it.
func Read(dashboard json.RawMessage) (*incident.SavedCase, error) {
	var holder struct {
		Panels []struct {
			Targets []struct {
				RefID    string          `json:"refId"`
				Document json.RawMessage `json:"document"`
			} `json:"targets"`
		} `json:"panels"`
	}
	if err := json.Unmarshal(dashboard, &holder); err != nil {
		return nil, fmt.Errorf("the dashboard cannot be read: %w", err)
	}
	for _, p := range holder.Panels {
		for _, t := range p.Targets {
			if t.RefID == documentRef && len(t.Document) > 0 {
				return incident.ReadSaved(t.Document)
			}
		}
	}
	return nil, errors.New("the dashboard holds no case: its panel \"Case log\" was removed or changed")
}
