package grafana_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

const root = "../.."

// composed is docker-compose.yaml as the specification's own library loads it, which checks it against the schema too.
func composed(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(root, "docker-compose.yaml")}, cli.WithResolvedPaths(true))
	require.NoError(t, err)
	project, err := options.LoadProject(context.Background())
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"prometheus", "loki", "tempo", "grafana", "scenario"}, project.ServiceNames())
	return project
}

func TestEveryImageOfTheComposeFileHasAVersion(t *testing.T) {
	t.Parallel()
	for name, service := range composed(t).Services {
		assert.Regexp(t, `^[\w./-]+:v?\d+\.\d+\.\d+(-\w+)?$`, service.Image, name)
	}
}

func TestEverythingTheComposeFileMountsIsThere(t *testing.T) {
	t.Parallel()
	built, err := filepath.Abs(filepath.Join(root, "dist"))
	require.NoError(t, err)
	binds := 0
	for name, service := range composed(t).Services {
		for _, volume := range service.Volumes {
			if volume.Type != types.VolumeTypeBind || volume.Source == built { // dist/ is there once the plugin is built
				continue
			}
			binds++
			assert.True(t, volume.ReadOnly, "%s could change %s", name, volume.Source)
			_, err := os.Stat(volume.Source)
			require.NoError(t, err, name)
		}
	}
	assert.Equal(t, 7, binds)
}

func TestEveryServiceIsReachedWhereOthersSeekIt(t *testing.T) {
	t.Parallel()
	project := composed(t)
	// What each service listens on inside its network: the stores by their own configuration, the others as they are told.
	listening := map[string][]string{"prometheus": {"9090"}, "grafana": {"3000"}, "scenario": {"8080"},
		"loki":  {defaultOf(t, "loki", "LOKI_HTTP_PORT")},
		"tempo": {defaultOf(t, "tempo", "TEMPO_HTTP_PORT"), defaultOf(t, "tempo", "TEMPO_OTLP_HTTP_PORT")}}
	address := regexp.MustCompile(`http://([a-z]+):(\d+)`)
	sought := 0
	for name, service := range project.Services {
		said := append([]string{}, service.Command...)
		for _, value := range service.Environment {
			said = append(said, *value)
		}
		for _, found := range address.FindAllStringSubmatch(strings.Join(said, " "), -1) {
			if found[1] == "localhost" {
				continue
			}
			sought++
			assert.Contains(t, listening[found[1]], found[2], "%s seeks %s", name, found[0])
		}
	}
	assert.Equal(t, 13, sought)
}

func TestTheStoresOfTheComposeFileReadTheLabsConfiguration(t *testing.T) {
	t.Parallel()
	project := composed(t)
	for _, store := range []string{"prometheus", "loki", "tempo"} {
		service, err := project.GetService(store)
		require.NoError(t, err)
		require.NotEmpty(t, service.Volumes)
		given := slices.ContainsFunc(service.Command, func(argument string) bool {
			return strings.HasSuffix(argument, "config.file="+service.Volumes[0].Target)
		})
		assert.True(t, given, "%s is not told to read %s", store, service.Volumes[0].Target)
		var settings map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(expanded(t, store)), &settings), store)
		assert.NotEmpty(t, settings)
	}
}

func TestGrafanaGetsEveryVariableThatProvisioningFilesName(t *testing.T) {
	t.Parallel()
	service, err := composed(t).GetService("grafana")
	require.NoError(t, err)
	for name := range variablesNamed(t) {
		assert.Contains(t, service.Environment, name)
	}
}

// variable is how the stores' files name a variable and what it is without one.
var variable = regexp.MustCompile(`\$\{(\w+):-([^}]*)\}`)

// expanded is a store's configuration with the defaults of its variables filled in.
func expanded(t *testing.T, store string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "lab", "stack", store, store+".yaml"))
	require.NoError(t, err)
	return variable.ReplaceAllString(string(text), "$2")
}

func defaultOf(t *testing.T, store, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "lab", "stack", store, store+".yaml"))
	require.NoError(t, err)
	for _, found := range variable.FindAllStringSubmatch(string(text), -1) {
		if found[1] == name {
			return found[2]
		}
	}
	require.Fail(t, "no default", "%s has no variable %s", store, name)
	return ""
}
