package main

import (
	"flag"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// modulesFile lists what the backend is made of: one module path a line.
const modulesFile = "testdata/modules.txt"

var update = flag.Bool("update", false, "write the golden files anew")

// What a plugin carries, administrators have to trust and scanners complain of; it is also what a newcomer waits for. So a
// module that comes along for the shape of one answer is seen here, before it is shipped.
func TestTheBackendCarriesOnlyKnownModules(t *testing.T) {
	t.Parallel()
	packages := listed(t, "{{.ImportPath}}")
	modules := listed(t, "{{with .Module}}{{.Path}}{{end}}")
	t.Logf("the backend is made of %d packages of %d modules", len(packages), len(modules))
	if *update {
		require.NoError(t, os.WriteFile(modulesFile, []byte(strings.Join(modules, "\n")+"\n"), 0o600))
	}
	known, err := os.ReadFile(modulesFile)
	require.NoError(t, err)
	assert.Equal(t, strings.Fields(string(known)), modules,
		"Look with `go list -deps ./pkg` and `go mod why` what brings a new one along. If it has to be: go test ./pkg -update")
}

// listed asks the go command about every package that the backend consists of, on the platform that most servers are.
func listed(t *testing.T, format string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", format, ".")
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	lines := strings.Fields(string(out))
	slices.Sort(lines)
	return slices.Compact(lines)
}
