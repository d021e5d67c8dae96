package pluginzip

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// What is checked here is what Grafana's plugin validator looks at in an archive, as far as it needs neither the network nor
// a scanner: so that an archive is not refused for what could have been known.

var (
	// The validator takes these words for talk among developers.
	jargon     = regexp.MustCompile(`yarn|nodejs|<!--`)
	openEnded  = regexp.MustCompile(`^>=\d+\.\d+\.\d+-0$`)
	unsafeTags = []string{"annotation-xml", "audio", "iframe", "math", "noembed", "noframes", "noscript", "script", "template"}
)

// rules names what Grafana's validator would not like about the archive.
func (p *packed) rules(plugins ...about) {
	for _, a := range plugins {
		p.describes(a)
	}
	if found := jargon.FindString(p.read("README.md")); found != "" {
		p.complain("README.md holds %q: it is for users, and has no comments", found)
	}
	for name := range p.files {
		switch base := path.Base(name); {
		case base == "standalone.txt" || base == "pid.txt":
			p.complain("%s is left over from debugging", name)
		case base == "module.js":
			p.sourceMap(name + ".map")
		case path.Ext(name) == ".svg":
			p.harmless(name)
		}
	}
}

// describes checks what a catalogue shows of a plugin.
func (p *packed) describes(a about) {
	parts := strings.Split(a.ID, "-")
	if len(parts) < 3 || parts[len(parts)-1] != a.Type || a.Name == a.ID || a.Name == "" {
		p.complain("the id %s or the name %q is not as the catalogue wants them: maker-name-type, and a name for people", a.ID, a.Name)
	}
	if a.Info.Description == "" || len(a.Info.Keywords) == 0 {
		p.complain("%s has no description or no keywords", a.ID)
	}
	if a.Info.Logos["small"] == "" || a.Info.Logos["large"] == "" {
		p.complain("%s needs a small logo and a large one", a.ID)
	}
	if !openEnded.MatchString(a.Dependencies.Grafana) {
		p.complain("%s depends on Grafana %q, which has to be open to later versions and end in -0: Grafana Cloud runs pre-releases, such as 13.4.0-12345", a.ID, a.Dependencies.Grafana)
	}
}

// sourceMap checks that the sources in a map are those of the repository.
func (p *packed) sourceMap(name string) {
	var known struct {
		Sources  []string `json:"sources"`
		Contents []string `json:"sourcesContent"`
	}
	// What is no JSON has no sources either.
	if json.Unmarshal([]byte(p.read(name)), &known) != nil || len(known.Sources) == 0 || len(known.Sources) != len(known.Contents) {
		p.complain("%s does not hold the sources", name)
		return
	}
	for i, source := range known.Sources {
		below, ours := strings.CutPrefix(source, "webpack://"+p.App+"/./")
		if !ours || path.Ext(below) == ".json" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(p.Sources, filepath.FromSlash(below)))
		if err != nil || string(content) != known.Contents[i] {
			p.complain("%s was made of another %s: build anew", name, below)
		}
	}
}

// harmless checks that a picture cannot run anything.
func (p *packed) harmless(name string) {
	decoder := xml.NewDecoder(strings.NewReader(p.read(name)))
	for {
		token, err := decoder.Token()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				p.complain("%s is no picture: %w", name, err)
			}
			return
		}
		element, is := token.(xml.StartElement)
		if !is {
			continue
		}
		acts := slices.ContainsFunc(element.Attr, func(a xml.Attr) bool { return strings.HasPrefix(strings.ToLower(a.Name.Local), "on") })
		if acts || slices.Contains(unsafeTags, element.Name.Local) {
			p.complain("%s holds <%s>, which can run something", name, element.Name.Local)
		}
	}
}

// builtFor checks that a program is for the platform that its name says.
func (p *packed) builtFor(name, platform string) {
	info, err := buildinfo.Read(bytes.NewReader([]byte(p.read(name))))
	if err != nil {
		p.complain("%s is no program made of Go: %w", name, err)
		return
	}
	built := map[string]string{}
	for _, setting := range info.Settings {
		built[setting.Key] = setting.Value
	}
	if is := built["GOOS"] + "/" + built["GOARCH"]; is != platform {
		p.complain("%s is for %s, not for %s", name, is, platform)
	}
}
