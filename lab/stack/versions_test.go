package stack

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// versionsOf are the versions that a module asks for, by module; of one that is replaced, what stands in its place.
func versionsOf(t *testing.T, file string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	parsed, err := modfile.Parse(file, content, nil)
	require.NoError(t, err)
	versions := map[string]string{}
	for _, r := range parsed.Require {
		versions[r.Mod.Path] = r.Mod.Version
	}
	for _, r := range parsed.Replace {
		if _, asked := versions[r.Old.Path]; asked {
			versions[r.Old.Path] = strings.TrimPrefix(r.New.String(), r.Old.Path+"@")
		}
	}
	return versions
}

// apart are the modules of which both ask for other versions.
func apart(one, other map[string]string) []string {
	var names []string
	for _, module := range slices.Sorted(maps.Keys(one)) {
		if version, both := other[module]; both && version != one[module] {
			names = append(names, module+" "+one[module]+" and "+version)
		}
	}
	return names
}

// The build cache knows a package again only where all that it rests on has the same version. Prometheus alone differs: Loki does
// not compile with the plugin's, and with Loki's the parsers would bring a Kubernetes client into the plugin.
func TestPrometheusAndLokiAreBuiltOfThePluginsVersions(t *testing.T) {
	t.Parallel()
	plugin, stores := versionsOf(t, "../../go.mod"), versionsOf(t, "stores/go.mod")
	delete(plugin, "github.com/prometheus/prometheus")
	assert.Empty(t, apart(plugin, stores), "compiled twice; raise the lower one with `go get` in its module")
}

// Tempo 2.8 was written against older releases. What compiles with it all the same, and asks for none of the newer ones that do
// not, has the plugin's version.
func TestTempoSharesTheVersionsThatItCanBear(t *testing.T) {
	t.Parallel()
	plugin, tempo := versionsOf(t, "../../go.mod"), versionsOf(t, "tempo/go.mod")
	shared := 0
	for module, version := range plugin {
		if tempo[module] == version {
			shared++
		}
	}
	different := apart(plugin, tempo)
	t.Logf("%d of the plugin's modules have the same version in Tempo, %d another: %v", shared, len(different), different)
	assert.Greater(t, shared, len(different), "Tempo's module has lost the plugin's versions")
}
