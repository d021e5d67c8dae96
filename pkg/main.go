// The backend of the faultline-investigation-datasource plugin: this file wires it together and does nothing else.
package main

import (
	"context"
	"math"
	"os"
	"runtime/debug"
	_ "time/tzdata" // reports are written in their reader's zone, on machines that know none too

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/faultline-investigation/faultline/pkg/alerts"
	"github.com/faultline-investigation/faultline/pkg/assistant"
	"github.com/faultline-investigation/faultline/pkg/environment"
	"github.com/faultline-investigation/faultline/pkg/frames"
	"github.com/faultline-investigation/faultline/pkg/resource"
	"github.com/faultline-investigation/faultline/pkg/runs"
	"github.com/faultline-investigation/faultline/pkg/storms"
)

const pluginID = "faultline-investigation-datasource"

// instance is what Grafana talks to: one for each configured data source of each organization.
type instance struct {
	backend.CallResourceHandler
	backend.QueryDataHandler
	backend.CheckHealthHandler

	environment *environment.Environment
	runs        *runs.Runs
}

// Dispose ends what the instance does in the background, when the settings have changed and another takes over.
func (i *instance) Dispose() {
	i.runs.Close()
	i.environment.Dispose()
}

// memoryLimit is what the process should get along with, in bytes: twenty investigations at a time with answers of ordinary size. Near
// it garbage is collected more often; it is no reason to refuse anything.
const memoryLimit = 256 << 20

func main() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // which GOMEMLIMIT has not set
		debug.SetMemoryLimit(memoryLimit)
	}
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
		CallResourceHandler: resource.New(e, alerts.New(background, resource.AlertCases{Environment: e}, nil), storms.New(e, background), assistant.New(e, background)),
		QueryDataHandler:    &frames.Handler{Runs: background, Surveyor: resource.Survey{Environment: e}, UID: settings.UID},
		CheckHealthHandler:  e,
		environment:         e,
		runs:                background,
	}, nil
}
