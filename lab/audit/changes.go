package audit

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// changeChecks look up when an object was made, or when a deployment's generation rose, or else which event told of it.
func (a *auditor) changeChecks(f incident.Finding, v incident.Value) []check {
	const near = time.Minute // the sample that shows a change comes after it
	kind, namespace, object := v.Labels["kind"], v.Labels["namespace"], v.Labels["object"]
	return []check{{number: v.Name, said: v.Value, unit: v.Unit, slack: near.Seconds(), how: "when it was made, by its metric; else the nearest of the cluster's events about it",
		truth: func(ctx context.Context) (float64, error) {
			w := a.window(f)
			made, only := madeBy(kind, object)
			all, err := a.prometheus.raw(ctx, selection(made, map[string]string{"namespace": namespace}, only), w)
			if err != nil {
				return 0, err
			}
			nearest := nearestTo(v.Value, times(all))
			told, err := a.eventTimes(ctx, namespace, kind, object, w)
			if err != nil {
				return 0, err
			}
			if nearest = nearestTo(v.Value, append(told, nearest...)); len(nearest) == 0 {
				return 0, fmt.Errorf("neither metric %s nor an event tells of it", made)
			}
			return nearest[0], nil
		}}}
}

// madeBy is the metric that says when an object was made, and what picks it: a deployment's rollout is a new replica set.
func madeBy(kind, object string) (metric, only string) {
	if kind == "Deployment" {
		return "kube_replicaset_created", matching("replicaset", regexp.QuoteMeta(object)+"-[a-z0-9]+")
	}
	label := strings.ToLower(kind)
	return "kube_" + label + "_created", fmt.Sprintf("%s=%s", label, strconv.Quote(object))
}

func times(all []series) []float64 {
	var at []float64
	for _, s := range all {
		for _, p := range s.Values {
			at = append(at, p.value)
		}
	}
	return at
}

// nearestTo is the nearest of some numbers, if there are any.
func nearestTo(wanted float64, all []float64) []float64 {
	var nearest []float64
	for _, n := range all {
		if len(nearest) == 0 || math.Abs(n-wanted) < math.Abs(nearest[0]-wanted) {
			nearest = []float64{n}
		}
	}
	return nearest
}
