package recordings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// The files of a recording's folder. The last three may be missing where a signal was not recorded; each may be without
// the .gz, uncompressed.
const (
	sheetFile   = "recording.yaml"
	tracesFile  = "traces.otlp.jsonl.gz"
	metricsFile = "metrics.otlp.jsonl.gz"
	logsFile    = "logs.otlp.jsonl.gz"
)

// Recording is a folder of telemetry with the incidents that happened in it.
type Recording struct {
	Folder    string     `yaml:"-"`
	Title     string     `yaml:"title"`
	Source    string     `yaml:"source,omitempty"` // where the telemetry is from, with its licence
	From      time.Time  `yaml:"from"`
	To        time.Time  `yaml:"to"`
	Notes     string     `yaml:"notes,omitempty"`
	Incidents []Incident `yaml:"incidents"`
}

// Incident is one alert with what really was behind it.
type Incident struct {
	ID    string `yaml:"id"`
	Alert Alert  `yaml:"alert"`
	Truth Truth  `yaml:"truth"`
}

// Alert is all that an investigation may know of an incident.
type Alert struct {
	Service string            `yaml:"service"`
	At      time.Time         `yaml:"at"`
	Name    string            `yaml:"name,omitempty"`
	Labels  map[string]string `yaml:"labels,omitempty"`
}

// Truth is what an investigation should find. It never leaves the process that scores.
type Truth struct {
	Service  string    `yaml:"service"`
	Fault    string    `yaml:"fault"`
	Injected time.Time `yaml:"injected"`
	Cause    string    `yaml:"cause,omitempty"`
}

// Name is the folder's name.
func (r *Recording) Name() string { return filepath.Base(r.Folder) }

// Find reads the sheets of all recordings in a folder and below it, ordered by path. Finding none is an error.
func Find(root string) ([]*Recording, error) {
	var found []*Recording
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() != sheetFile {
			return err
		}
		r, err := Open(filepath.Dir(path))
		found = append(found, r)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: set RECORDINGS to a folder of recordings", root)
	}
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("there is no %s in %s or below it: set RECORDINGS to a folder of recordings", sheetFile, root)
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Folder < found[j].Folder })
	return found, nil
}

// Open reads the sheet of one recording and checks it. The error names the file and what is wrong with it.
func Open(folder string) (*Recording, error) {
	path := filepath.Join(folder, sheetFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the recording cannot be read: %w", err)
	}
	r := Recording{Folder: filepath.Clean(folder)}
	if err := yaml.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s is not a recording's sheet: %w", path, err)
	}
	if faults := r.faults(); len(faults) > 0 {
		return nil, fmt.Errorf("%s: %s", path, strings.Join(faults, "; "))
	}
	return &r, nil
}

// faults says what the sheet lacks.
func (r *Recording) faults() []string {
	var faults []string
	note := func(wrong bool, text string, values ...any) {
		if wrong {
			faults = append(faults, fmt.Sprintf(text, values...))
		}
	}
	note(!r.From.Before(r.To), "from must be a time before to")
	seen := map[string]bool{}
	for i, incident := range r.Incidents {
		note(incident.ID == "", "incident %d has no id", i+1)
		note(seen[incident.ID], "two incidents have the id %q", incident.ID)
		note(incident.Alert.Service == "", "incident %q has no alert.service", incident.ID)
		note(incident.Alert.At.IsZero(), "incident %q has no alert.at", incident.ID)
		note(incident.Alert.At.After(r.To), "the alert of incident %q comes after the recording's end", incident.ID)
		seen[incident.ID] = true
	}
	return faults
}

// write writes the sheet into the recording's folder.
func (r *Recording) write() error {
	text, err := yaml.Marshal(r)
	if err != nil {
		return fmt.Errorf("writing %s: %w", sheetFile, err)
	}
	return os.WriteFile(filepath.Join(r.Folder, sheetFile), text, 0o644)
}
