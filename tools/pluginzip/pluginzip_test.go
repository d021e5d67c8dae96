package pluginzip_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/tools/pluginzip"
)

var expected = pluginzip.Expected{App: "some-app", DataSource: "some-datasource", Version: "1.2.3", Program: "gpx_some",
	Platforms: []string{"linux/amd64", "windows/amd64"}, Manifest: "0123:pkg/main.go\n"}

// whole are the files of a folder of which nothing is missing.
func whole() map[string]string {
	return map[string]string{
		"plugin.json": `{"id":"some-app","type":"app","info":{"version":"1.2.3","updated":"2026-01-02","logos":{"small":"img/logo.svg"},
			"screenshots":[{"path":"img/page.png"}]},"includes":[{"type":"datasource","path":"datasource/plugin.json"}]}`,
		"datasource/plugin.json": `{"id":"some-datasource","type":"datasource","backend":true,"executable":"gpx_some","info":{"version":"1.2.3",
			"updated":"2026-01-02","logos":{"small":"img/logo.svg"}}}`,
		"img/logo.svg": "<svg/>", "datasource/img/logo.svg": "<svg/>", "img/page.png": "png", "README.md": "#", "CHANGELOG.md": "#", "LICENSE": "AGPL",
		"module.js": "define()", "datasource/module.js": "define()", "datasource/gpx_some_linux_amd64": "elf", "datasource/gpx_some_windows_amd64.exe": "mz",
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
	archive := filepath.Join(folder, "some-app-1.2.3.zip")
	require.NoError(t, pluginzip.Write(filepath.Join(folder, "dist"), "some-app", "gpx_some", archive))
	return archive
}

func TestAWholeFolderMakesAnArchiveAsGrafanaExpectsIt(t *testing.T) {
	t.Parallel()
	require.NoError(t, pluginzip.Check(packed(t, whole()), expected))
}

func TestEqualFilesMakeEqualArchives(t *testing.T) {
	t.Parallel()
	one, err := os.ReadFile(packed(t, whole()))
	require.NoError(t, err)
	other, err := os.ReadFile(packed(t, whole()))
	require.NoError(t, err)
	require.Equal(t, one, other)
}

func TestWhateverIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	for name := range whole() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := whole()
			delete(files, name)
			require.ErrorContains(t, pluginzip.Check(packed(t, files), expected), name)
		})
	}
}

func TestWhatIsNotAsItShouldBeIsNamed(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(map[string]string, *pluginzip.Expected){
		"plugin.json has the version 1.2.3, not 2.0.0":     func(_ map[string]string, e *pluginzip.Expected) { e.Version = "2.0.0" },
		"is of the app some-app, not of the app other-app": func(_ map[string]string, e *pluginzip.Expected) { e.App = "other-app" },
		"is of a platform that nobody asked for":           func(_ map[string]string, e *pluginzip.Expected) { e.Platforms = e.Platforms[:1] },
		"gpx_some_darwin_arm64 is missing":                 func(_ map[string]string, e *pluginzip.Expected) { e.Platforms = []string{"darwin/arm64"} },
		"does not list the backend's files as they are": func(files map[string]string, _ *pluginzip.Expected) {
			files["datasource/"+pluginzip.ManifestName] = "old"
		},
		"plugin.json does not include datasource":          func(files map[string]string, _ *pluginzip.Expected) { files["plugin.json"] = `{"id":"some-app"}` },
		"plugin.json is not JSON":                          func(files map[string]string, _ *pluginzip.Expected) { files["plugin.json"] = "%" },
		"LICENSE cannot be read, or is empty":              func(files map[string]string, _ *pluginzip.Expected) { files["LICENSE"] = "" },
		"gpx_some has the mode -rwxr-xr-x, not -rw-r--r--": func(files map[string]string, _ *pluginzip.Expected) { files["gpx_some"] = "elsewhere" },
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			files, e := whole(), expected
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
