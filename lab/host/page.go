package host

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"strings"

	"github.com/faultline-investigation/faultline/lab/plugin"
)

// manifest is a plugin.json with what Grafana adds to it.
type manifest map[string]any

func readManifest(file string) (manifest, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the plugin's manifest: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(content, &m); err != nil {
		return nil, fmt.Errorf("the plugin's manifest %s cannot be read: %w", file, err)
	}
	return m, nil
}

// servedFrom fills in where the plugin's files are, as Grafana does.
func (m manifest) servedFrom(folder string) manifest {
	m["module"] = folder + "/module.js"
	m["baseUrl"] = folder
	m["enabled"] = true
	if info, ok := m["info"].(map[string]any); ok {
		logo := map[string]string{"small": folder + "/img/logo.svg", "large": folder + "/img/logo.svg"}
		info["logos"] = logo
	}
	return m
}

// The theme is chosen before anything is drawn: by the address, by an earlier choice, by the machine's own.
var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Faultline lab</title>
<base href="/">
<link rel="icon" href="/public/plugins/{{.App}}/img/logo.svg">
<style>body { margin: 0; }</style>
<link rel="stylesheet" href="/public/build/host.css">
</head>
<body>
<div id="reactRoot"></div>
<script>
window.hostedPlugins = {{.Plugins}};
window.grafanaBootData = {{.Boot}};
{
  const asked = new URLSearchParams(location.search).get('theme') ?? localStorage.getItem('theme');
  const usual = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  window.grafanaBootData.user.theme = asked === 'light' || asked === 'dark' ? asked : usual;
}
</script>
<script src="/public/build/host.js"></script>
</body>
</html>
`))

// render writes the page with what Grafana would tell it.
func render(app, source manifest, instances []plugin.Instance) ([]byte, error) {
	folder := "public/plugins/" + appID
	source = source.servedFrom(folder + "/datasource")
	boot := map[string]any{
		"assets":  map[string]string{"dark": "", "light": ""},
		"navTree": []any{},
		"user": map[string]any{"orgId": 1, "orgRole": "Editor", "orgName": "Lab", "timezone": "browser", "isSignedIn": true,
			"permissions": map[string]bool{"datasources:explore": true, "datasources:query": true}},
		"settings": map[string]any{"appUrl": "", "appSubUrl": "", "datasources": described(source, instances), "featureToggles": map[string]bool{},
			"buildInfo": map[string]string{"version": "13.1.1", "env": "production"}},
	}
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, map[string]any{"App": appID, "Boot": boot,
		"Plugins": map[string]manifest{"app": app.servedFrom(folder)}})
	if err != nil {
		return nil, fmt.Errorf("the page: %w", err)
	}
	return out.Bytes(), nil
}

// described gives the data sources by name, as Grafana's own page holds them: with settings, without secrets.
func described(source manifest, instances []plugin.Instance) map[string]any {
	all := make(map[string]any, len(instances))
	for n, i := range instances {
		all[i.Name] = map[string]any{"id": n + 1, "uid": i.UID, "name": i.Name, "type": plugin.ID, "access": "proxy", "isDefault": n == 0,
			"url": strings.Join([]string{"/api/datasources/proxy/uid", i.UID}, "/"), "jsonData": i.Settings, "readOnly": true, "meta": source}
	}
	return all
}
