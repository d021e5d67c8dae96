package recordings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
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

// Nothing says that the alert was false: nothing was wrong. The sheet says so by the fault "none".
func (t *Truth) Nothing() bool { return t.Fault == "none" && t.Service == "" }

// Name is the folder's name.
func (r *Recording) Name() string { return filepath.Base(r.Folder) }

// Find reads the sheets of all recordings in a folder and below it, ordered by path. Broken are the errors of those whose
// sheet cannot be read. Finding none at all is an error.
func Find(root string) (found []*Recording, broken []error, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() != sheetFile {
			return err
		}
		if r, err := Open(filepath.Dir(path)); err == nil {
			found = append(found, r)
		} else {
			broken = append(broken, err)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("there is no folder %s: set RECORDINGS to a folder of recordings", root)
	}
	if err != nil {
		return nil, nil, err
	}
	if len(found)+len(broken) == 0 {
		return nil, nil, fmt.Errorf("there is no %s in %s or below it: set RECORDINGS to a folder of recordings", sheetFile, root)
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Folder < found[j].Folder })
	return found, broken, nil
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
	if fault := r.fault(); fault != "" {
		return nil, fmt.Errorf("%s: %s", path, fault)
	}
	for i := range r.Incidents {
		if r.Incidents[i].ID == "" {
			r.Incidents[i].ID = fmt.Sprintf("incident %d", i+1)
		}
	}
	return &r, nil
}

// fault says what makes a sheet useless as a whole; empty where nothing does.
func (r *Recording) fault() string {
	if !r.From.Before(r.To) {
		return "from must be a time before to"
	}
	return ""
}

// Fault says what an incident lacks to be investigated; empty where it lacks nothing.
func (i *Incident) Fault() string {
	switch {
	case i.Alert.Service == "":
		return "the incident has no alert.service"
	case i.Alert.At.IsZero():
		return "the incident has no alert.at"
	}
	return ""
}

// write writes the sheet into the recording's folder.
func (r *Recording) write() error {
	text, err := yaml.Marshal(r)
	if err != nil {
		return fmt.Errorf("writing %s: %w", sheetFile, err)
	}
	return os.WriteFile(filepath.Join(r.Folder, sheetFile), text, 0o644)
}
