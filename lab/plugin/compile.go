package plugin

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

const (
	program = "github.com/faultline-investigation/faultline/pkg"
	// sources lists the files of a package of this repository, one a line, as a template of the go command.
	sources = `{{if .Module}}{{if .Module.Main}}{{$at := .Dir}}{{.Module.GoMod}}
{{range .GoFiles}}{{$at}}/{{.}}
{{end}}{{range .EmbedFiles}}{{$at}}/{{.}}
{{end}}{{end}}{{end}}`
)

// Compile makes the backend out of the repository that the working directory lies in, puts it into a folder and gives its path.
func Compile(ctx context.Context, folder string) (string, error) {
	binary := filepath.Join(folder, "backend")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", binary, program).CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the backend: %w\n%s", err, said)
	}
	return binary, nil
}

// LookAtSources looks at each file that the backend is made of. Go takes the results of a package's tests from its cache while the files
// are as they were that a test has looked at, and cannot know by itself what a program is made of that a test starts. So one test of
// each package that starts the backend calls this; what TestMain looks at before the tests run is not noted.
func LookAtSources(ctx context.Context) error {
	files, err := exec.CommandContext(ctx, "go", "list", "-deps", "-f", sources, program).Output()
	if err != nil {
		return fmt.Errorf("listing the backend's files: %w", err)
	}
	for file := range strings.Lines(string(files)) {
		if _, err := os.Stat(strings.TrimSpace(file)); err != nil {
			return fmt.Errorf("a file of the backend: %w", err)
		}
	}
	return nil
}
