// Package shipped holds recordings that come with the plugin: what real stores answered around one incident, for trying it
// where there are no stores yet, and for practice. Such a recording answers as if it were still the moment of its alert.
package shipped

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source/recorded"
)

// Each recording is three files: NAME.jsonl.zst as package recorded reads it, NAME.request.json with whom it is about and
// when, and NAME.knowledge.json with what the environment's settings said. The lab's tests write them.
//
//go:embed *.json *.jsonl.zst
var files embed.FS

// Recording is the answers of real stores around one incident. It is safe for concurrent use.
type Recording struct {
	*recorded.Recording

	Name      string
	Subject   incident.Subject // of the alert
	Window    incident.Window  // that was investigated then; its end is the moment of the alert
	Knowledge incident.Knowledge
}

// At is the moment that it is for whoever asks the recording: there is nothing after it.
func (r *Recording) At() time.Time { return r.Window.To }

// opened are the recordings, each read once and when it is first asked for: they are large.
var opened = map[string]func() (*Recording, error){
	"walkthrough": sync.OnceValues(func() (*Recording, error) { return read("walkthrough") }),
}

// Names lists the recordings that there are.
func Names() []string { return slices.Sorted(maps.Keys(opened)) }

// Known says whether there is such a recording, without reading it.
func Known(name string) bool { return opened[name] != nil }

// Open gives the recording of that name. The error says which there are.
func Open(name string) (*Recording, error) {
	open, known := opened[name]
	if !known {
		return nil, fmt.Errorf("there is no recording %q; there is %s", name, strings.Join(Names(), ", "))
	}
	return open()
}

func read(name string) (*Recording, error) {
	answers, err := recorded.Open(files, name+".jsonl.zst")
	if err != nil {
		return nil, err
	}
	r := &Recording{Recording: answers, Name: name}
	var request struct {
		Subject incident.Subject `json:"subject"`
		Window  incident.Window  `json:"window"`
	}
	for part, into := range map[string]any{"request": &request, "knowledge": &r.Knowledge} {
		content, err := files.ReadFile(name + "." + part + ".json")
		if err != nil {
			return nil, fmt.Errorf("the %s of the recording %s: %w", part, name, err)
		}
		if err := json.Unmarshal(content, into); err != nil {
			return nil, fmt.Errorf("the %s of the recording %s: %w", part, name, err)
		}
	}
	r.Subject, r.Window = request.Subject, request.Window
	return r, nil
}
