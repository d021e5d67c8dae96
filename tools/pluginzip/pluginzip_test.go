package pluginzip_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/tools/pluginzip"
)

// here is the platform of the tests, and program what a backend for it is called.
var (
	here    = runtime.GOOS + "/" + runtime.GOARCH
	program = "datasource/gpx_some_" + runtime.GOOS + "_" + runtime.GOARCH + map[string]string{"windows": ".exe"}[runtime.GOOS]
)

var expected = pluginzip.Expected{App: "acme-some-app", DataSource: "acme-some-datasource", Version: "1.2.3", Program: "gpx_some",
	Platforms: []string{here}, Manifest: "0123:pkg/main.go\n", Sources: "testdata"}

// compiled is a program of Go: the test itself would do, but is large.
var compiled = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "pluginzip-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	source, target := filepath.Join(folder, "main.go"), filepath.Join(folder, "program")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		return "", err
	}
	if out, err := exec.Command("go", "build", "-ldflags", "-s -w", "-o", target, source).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	content, err := os.ReadFile(target)
	return string(content), err
})

// mapped is a source map with one source of ours and one of the bundler's.
func mapped(content string) string {
	text, _ := json.Marshal(map[string]any{"sources": []string{"webpack://acme-some-app/./page.txt", "webpack://acme-some-app/webpack/bootstrap"},
		"sourcesContent": []string{content, "bootstrap"}}) // texts always have JSON
	return string(text)
}

const page = "export const page = 1;\n"

// whole are the files of a folder of which nothing is missing.
func whole(t *testing.T) map[string]string {
	t.Helper()
	built, err := compiled()
	require.NoError(t, err)
	return map[string]string{
		"plugin.json": `{"id":"acme-some-app","name":"Some","type":"app","info":{"version":"1.2.3","updated":"2026-01-02","description":"It is some.",
			"keywords":["some"],"logos":{"small":"img/logo.svg","large":"img/logo.svg"},"screenshots":[{"path":"img/page.png"}]},
			"includes":[{"type":"datasource","path":"datasource/plugin.json"}],"dependencies":{"grafanaDependency":">=12.3.0-0"}}`,
		"datasource/plugin.json": `{"id":"acme-some-datasource","name":"Some","type":"datasource","backend":true,"executable":"gpx_some","info":{"version":"1.2.3",
			"updated":"2026-01-02","description":"It is some.","keywords":["some"],"logos":{"small":"img/logo.svg","large":"img/logo.svg"}},
			"dependencies":{"grafanaDependency":">=12.3.0-0"}}`,
		"img/logo.svg": "<svg/>", "datasource/img/logo.svg": "<svg/>", "img/page.png": "png", "README.md": "#", "CHANGELOG.md": "#", "LICENSE": "AGPL",
		"module.js": "define()", "module.js.map": mapped(page), "datasource/module.js": "define()", "datasource/module.js.map": mapped(page), program: built,
		"datasource/go_plugin_build_manifest": "0123:pkg/main.go\n",
	}
}

// packed writes files into a folder and the folder into an archive.
func packed(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		file := filepath.Join(folder, "dist", filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600)) // whatever its mode here
	}
	archive := filepath.Join(folder, "acme-some-app-1.2.3.zip")
	require.NoError(t, pluginzip.Write(filepath.Join(folder, "dist"), "acme-some-app", "gpx_some", archive))
	return archive
}

func TestAWholeFolderMakesAnArchiveAsGrafanaExpectsIt(t *testing.T) {
	t.Parallel()
	require.NoError(t, pluginzip.Check(packed(t, whole(t)), expected))
}

func TestEqualFilesMakeEqualArchives(t *testing.T) {
	t.Parallel()
	one, err := os.ReadFile(packed(t, whole(t)))
	require.NoError(t, err)
	other, err := os.ReadFile(packed(t, whole(t)))
	require.NoError(t, err)
	require.Equal(t, one, other)
}

func TestWhateverIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	for name := range whole(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := whole(t)
			delete(files, name)
			require.ErrorContains(t, pluginzip.Check(packed(t, files), expected), name)
		})
	}
}

// replaced changes the app's plugin.json.
func replaced(old, text string) func(map[string]string, *pluginzip.Expected) {
	return func(files map[string]string, _ *pluginzip.Expected) {
		files["plugin.json"] = strings.Replace(files["plugin.json"], old, text, 1)
	}
}

func TestWhatIsNotAsItShouldBeIsNamed(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(map[string]string, *pluginzip.Expected){
		"plugin.json has the version 1.2.3, not 2.0.0":          func(_ map[string]string, e *pluginzip.Expected) { e.Version = "2.0.0" },
		"is of the app acme-some-app, not of the app other-app": func(_ map[string]string, e *pluginzip.Expected) { e.App = "other-app" },
		"is of a platform that nobody asked for": func(files map[string]string, _ *pluginzip.Expected) {
			files["datasource/gpx_some_plan9_arm"] = "elsewhere"
		},
		"gpx_some_darwin_arm64 is missing": func(_ map[string]string, e *pluginzip.Expected) { e.Platforms = []string{"darwin/arm64"} },
		"does not list the backend's files as they are": func(files map[string]string, _ *pluginzip.Expected) {
			files["datasource/"+pluginzip.ManifestName] = "old"
		},
		"plugin.json does not include datasource": func(files map[string]string, _ *pluginzip.Expected) { files["plugin.json"] = `{"id":"acme-some-app"}` },
		"plugin.json is not JSON":                 func(files map[string]string, _ *pluginzip.Expected) { files["plugin.json"] = "%" },
		"LICENSE cannot be read, or is empty":     func(files map[string]string, _ *pluginzip.Expected) { files["LICENSE"] = "" },
		"plan9_arm is for " + here + ", not for plan9/arm": func(files map[string]string, e *pluginzip.Expected) {
			files["datasource/gpx_some_plan9_arm"], e.Platforms = files[program], []string{"plan9/arm"}
		},
		"is no program made of Go":          func(files map[string]string, _ *pluginzip.Expected) { files[program] = "a script" },
		"module.js.map was made of another": func(files map[string]string, _ *pluginzip.Expected) { files["module.js.map"] = mapped("old") },
		"does not hold the sources":         func(files map[string]string, _ *pluginzip.Expected) { files["module.js.map"] = `{"sources":["a"]}` },
		"README.md holds \"yarn\"":          func(files map[string]string, _ *pluginzip.Expected) { files["README.md"] = "Run yarn." },
		"<script>, which can run something": func(files map[string]string, _ *pluginzip.Expected) { files["img/x.svg"] = "<svg><script/></svg>" },
		"<rect>, which can run something": func(files map[string]string, _ *pluginzip.Expected) {
			files["img/x.svg"] = `<svg><rect onload="x"/></svg>`
		},
		"pid.txt is left over":                             func(files map[string]string, _ *pluginzip.Expected) { files["pid.txt"] = "1" },
		"has no description or no keywords":                replaced(`"keywords":["some"]`, `"keywords":[]`),
		"a small logo and a large one":                     replaced(`"large":"img/logo.svg"`, `"large":""`),
		"has to be open to later versions":                 replaced(`">=12.3.0-0"`, `">=12.3.0"`),
		"not as the catalogue wants them":                  replaced(`"name":"Some"`, `"name":"acme-some-app"`),
		"gpx_some has the mode -rwxr-xr-x, not -rw-r--r--": func(files map[string]string, _ *pluginzip.Expected) { files["gpx_some"] = "elsewhere" },
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			files, e := whole(t), expected
			change(files, &e)
			archive := packed(t, files)
			if e.App != expected.App {
				require.ErrorContains(t, pluginzip.Check(archive, e), "is outside of the folder other-app")
				return
			}
			require.ErrorContains(t, pluginzip.Check(archive, e), says)
		})
	}
}

func TestTheManifestListsTheBackendsFilesButNoTests(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"main.go", "main_test.go", "notes.txt"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("package main\n"), 0o600))
	}
	lines, err := pluginzip.Manifest(folder)
	require.NoError(t, err)
	assert.Regexp(t, `^[0-9a-f]{64}:\S+/main\.go\n$`, lines)
}
