package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

var alertmanagerProgram = program{
	name: "Alertmanager", file: "alertmanager", folder: "stores",
	pkg: "./cmd/alertmanager", duration: "about 1 min",
}

// StartAlertmanager builds Alertmanager once into the cache and starts it alone, with a configuration as its own program takes it. Alerts
// are posted to /api/v2/alerts below the server's URL. The stack, which holds nothing else, has to be stopped.
func StartAlertmanager(ctx context.Context, o Options, configuration string) (*Stack, *Server, error) {
	return startAlone(ctx, o, alertmanagerProgram, filepath.Join("cmd", "alertmanager"), func(folder string, port int) (Beside, error) {
		file := filepath.Join(folder, "alertmanager.yaml")
		if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
			return Beside{}, fmt.Errorf("cannot write the configuration of Alertmanager: %w", err)
		}
		return Beside{Ready: "/-/ready", Args: []string{"--config.file=" + file, fmt.Sprintf("--web.listen-address=%s:%d", loopback, port)}}, nil
	})
}
