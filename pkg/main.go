// The backend of the faultline-investigation-datasource plugin: this file wires it together and does nothing else.
package main

import (
	"context"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/frames"
	"github.com/faultline-investigation/faultline/pkg/resource"
	"github.com/faultline-investigation/faultline/pkg/runs"
)

const pluginID = "faultline-investigation-datasource"

// instance is what Grafana talks to: one for each configured data source of each organisation.
type instance struct {
	backend.CallResourceHandler
	backend.QueryDataHandler
	backend.CheckHealthHandler

	runs *runs.Runs
}

// Dispose ends what is under way when the settings have changed and another instance takes over.
func (i *instance) Dispose() { i.runs.Close() }

func main() {
	if err := datasource.Manage(pluginID, newInstance, datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error("The data source's backend ended", "error", err)
		os.Exit(1)
	}
}

func newInstance(ctx context.Context, settings backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	e, err := environment.New(ctx, settings)
	if err != nil {
		return nil, err
	}
	background := runs.New(e)
	return &instance{
		CallResourceHandler: resource.New(e, alerts.New(background, nil, nil)),
		QueryDataHandler:    &frames.Handler{Runs: background, UID: settings.UID},
		CheckHealthHandler:  e,
		runs:                background,
	}, nil
}
