package pluginzip

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Expected is what an archive has to hold.
type Expected struct {
	App, DataSource string   // ids; the app's is the archive's folder
	Version         string   // of both
	Program         string   // what the backends' names begin with
	Platforms       []string // "linux/amd64"
	Manifest        string   // the lines of ManifestName
	Sources         string   // folder of the front end's sources
}

// about is what is read of a plugin.json.
type about struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Type       string `json:"type"`
	Backend    bool   `json:"backend"`
	Executable string `json:"executable"`
	Info       struct {
		Description string            `json:"description"`
		Keywords    []string          `json:"keywords"`
		Version     string            `json:"version"`
		Updated     string            `json:"updated"`
		Logos       map[string]string `json:"logos"`
		Screenshots []struct {
			Path string `json:"path"`
		} `json:"screenshots"`
	} `json:"info"`
	Includes []struct {
		Type string `json:"type"`
		Path string `json:"path"`
	} `json:"includes"`
	Dependencies struct {
		Grafana string `json:"grafanaDependency"`
	} `json:"dependencies"`
}

// packed is an archive that is being checked.
type packed struct {
	Expected

	files map[string]*zip.File // by their names below the archive's folder
	wrong []error
}

// Check opens an archive and names everything in which it is not what is expected; nil when it is.
func Check(file string, e Expected) error {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return fmt.Errorf("opening the archive: %w", err)
	}
	defer func() { _ = archive.Close() }()
	p := &packed{Expected: e, files: map[string]*zip.File{}}
	for _, f := range archive.File {
		below, inside := strings.CutPrefix(f.Name, e.App+"/")
		if !inside {
			p.complain("%s is outside of the folder %s", f.Name, e.App)
		}
		p.files[below] = f
	}
	p.plugins()
	p.programs()
	for _, name := range []string{"README.md", "CHANGELOG.md", "LICENSE", "module.js", "datasource/module.js"} {
		p.read(name)
	}
	if got := p.read("datasource/" + ManifestName); got != e.Manifest || got == "" {
		p.complain("datasource/%s does not list the backend's files as they are", ManifestName)
	}
	return errors.Join(p.wrong...)
}

func (p *packed) complain(format string, values ...any) {
	p.wrong = append(p.wrong, fmt.Errorf(format, values...))
}

// read gives a file's content; that it is missing or empty is complained about.
func (p *packed) read(name string) string {
	f := p.files[name]
	if f == nil {
		p.complain("%s is missing", name)
		return ""
	}
	opened, err := f.Open()
	if err != nil {
		p.complain("%s cannot be read: %w", name, err)
		return ""
	}
	defer func() { _ = opened.Close() }()
	content, err := io.ReadAll(opened)
	if err != nil || len(content) == 0 {
		p.complain("%s cannot be read, or is empty: %w", name, err)
	}
	return string(content)
}

// plugins checks both plugin.json and what they name.
func (p *packed) plugins() {
	app, source := p.about("plugin.json", "app", p.App), p.about("datasource/plugin.json", "datasource", p.DataSource)
	if !slices.ContainsFunc(app.Includes, func(i struct {
		Type string `json:"type"`
		Path string `json:"path"`
	}) bool {
		return i.Type == "datasource" && i.Path == "datasource/plugin.json"
	}) {
		p.complain("plugin.json does not include datasource/plugin.json")
	}
	if !source.Backend || source.Executable != p.Program {
		p.complain("datasource/plugin.json names no backend %s", p.Program)
	}
	if len(app.Info.Screenshots) == 0 {
		p.complain("plugin.json has no screenshots")
	}
	p.rules(app, source)
}

func (p *packed) about(name, kind, id string) about {
	var a about
	if err := json.Unmarshal([]byte(p.read(name)), &a); err != nil {
		p.complain("%s is not JSON: %w", name, err)
		return a
	}
	if a.ID != id || a.Type != kind {
		p.complain("%s is of the %s %s, not of the %s %s", name, a.Type, a.ID, kind, id)
	}
	if a.Info.Version != p.Version {
		p.complain("%s has the version %s, not %s", name, a.Info.Version, p.Version)
	}
	if strings.Contains(a.Info.Updated, "%") || a.Info.Updated == "" {
		p.complain("%s says %q about when it was updated", name, a.Info.Updated)
	}
	for _, logo := range a.Info.Logos {
		p.read(path.Join(path.Dir(name), logo))
	}
	for _, screenshot := range a.Info.Screenshots {
		p.read(path.Join(path.Dir(name), screenshot.Path))
	}
	return a
}

// programs checks that there is a backend for each platform, that it may be run, and that nothing else may.
func (p *packed) programs() {
	wanted := map[string]bool{}
	for _, platform := range p.Platforms {
		name := fmt.Sprintf("datasource/%s_%s", p.Program, strings.ReplaceAll(platform, "/", "_"))
		if strings.HasPrefix(platform, "windows/") {
			name += ".exe"
		}
		wanted[name] = true
		p.builtFor(name, platform)
	}
	for name, f := range p.files {
		mode := fs.FileMode(plainMode)
		if wanted[name] {
			mode = programMode
		} else if strings.HasPrefix(path.Base(name), p.Program) {
			p.complain("%s is of a platform that nobody asked for", name)
		}
		if f.Mode() != mode {
			p.complain("%s has the mode %s, not %s", name, f.Mode(), mode)
		}
	}
}
