//go:build mage

package main

// OtherStores tests the plugin in stores that speak Prometheus' API and are none: it builds VictoriaMetrics, which takes a minute the first
// time, and investigates the walkthrough's incident there.
func OtherStores() error {
	say("building other stores, and investigating in them")
	if err := compileForLab(); err != nil {
		return err
	}
	return run("go", "test", "-tags", "stores", "-count", "1", "-timeout", "30m", "-run", "VictoriaMetrics|WithoutBounds", "-v", "./lab")
}
