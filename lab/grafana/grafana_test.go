package grafana_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/grafana"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/investigate"
)

func TestAFolderThatHoldsNoWholeGrafanaIsNamed(t *testing.T) {
	t.Parallel()
	home, plugin := t.TempDir(), t.TempDir()
	o := grafana.Options{Home: home, Address: "127.0.0.1:0", Plugin: plugin, Provisioning: filepath.Join(root, "provisioning")}
	expect := func(words string) {
		t.Helper()
		_, err := grafana.Start(context.Background(), nil, o)
		require.ErrorContains(t, err, words)
	}
	put := func(path ...string) {
		t.Helper()
		file := filepath.Join(path...)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, nil, 0o600))
	}
	expect("there is no " + filepath.Join(home, "bin", "grafana") + ": set GRAFANA_HOME to the folder of an unpacked Grafana")
	put(home, "bin", "grafana")
	expect("set GRAFANA_HOME")
	put(home, "conf", "defaults.ini")
	expect("this Grafana has no front end")
	put(home, "public", "build", "x.js")
	expect("build the plugin with `go tool mage build`")
	put(plugin, "plugin.json")
	o.Provisioning = filepath.Join(home, "nothing")
	expect("start the lab from the repository's root")
}

func TestTheLinkNamesTheOrganization(t *testing.T) {
	t.Parallel()
	g := &grafana.Grafana{URL: "http://localhost:3000"}
	at := time.UnixMilli(1773139620000)
	link, err := url.Parse(g.Link(grafana.Second, investigate.Request{Subject: incident.Subject{Service: "a&b", Operation: "GET /x"},
		Window: incident.Window{From: at.Add(-time.Hour), To: at}}))
	require.NoError(t, err)
	assert.Equal(t, "/a/faultline-investigation-app/investigate", link.Path)
	assert.Equal(t, url.Values{"ds": {"faultline"}, "service": {"a&b"}, "operation": {"GET /x"}, "orgId": {"2"},
		"from": {"1773136020000"}, "to": {"1773139620000"}}, link.Query())
}
