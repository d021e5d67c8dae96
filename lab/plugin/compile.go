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

// Compile makes the backend out of the repository that the working directory lies in, puts it into a folder and gives its path. It also
// looks at each file that the backend is made of: Go takes a test's result from its cache while the files are as they were that the
// test looked at, and cannot know by itself what a program is made of that the test starts.
func Compile(ctx context.Context, folder string) (string, error) {
	files, err := exec.CommandContext(ctx, "go", "list", "-deps", "-f", sources, program).Output()
	if err != nil {
		return "", fmt.Errorf("listing the backend's files: %w", err)
	}
	for file := range strings.Lines(string(files)) {
		if _, err := os.Stat(strings.TrimSpace(file)); err != nil {
			return "", fmt.Errorf("a file of the backend: %w", err)
		}
	}
	binary := filepath.Join(folder, "backend")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", binary, program).CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the backend: %w\n%s", err, said)
	}
	return binary, nil
}
