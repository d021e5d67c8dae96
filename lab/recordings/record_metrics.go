package recordings

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// attributes are the resource attributes that stores keep as labels, by the label's name.
var attributes = map[string]string{
	"service_name": "service.name", "service_namespace": "service.namespace", "service_version": "service.version",
	"deployment_environment_name": "deployment.environment.name", "k8s_cluster_name": "k8s.cluster.name",
	"k8s_namespace_name": "k8s.namespace.name", "k8s_node_name": "k8s.node.name", "k8s_pod_name": "k8s.pod.name",
	"k8s_container_name": "k8s.container.name", "k8s_deployment_name": "k8s.deployment.name",
	"k8s_statefulset_name": "k8s.statefulset.name", "k8s_daemonset_name": "k8s.daemonset.name",
}

// attributeName is the attribute that a label was made of; the label itself where that is not known.
func attributeName(label string) string {
	if name, known := attributes[label]; known {
		return name
	}
	return label
}

// writeMetrics writes the raw samples of every metric, one metric a line. Whatever its kind it is written as a gauge under
// the name and with the labels that the store has: it comes back as the same series.
func (r *Recording) writeMetrics(ctx context.Context, prometheus api, w io.Writer) (int, error) {
	var names struct {
		Data []string `json:"data"`
	}
	err := prometheus.read(ctx, "/api/v1/label/__name__/values", url.Values{"start": {seconds(r.From)}, "end": {seconds(r.To)}}, nil, &names)
	if err != nil {
		return 0, err
	}
	encoder, total := &pmetric.JSONMarshaler{}, 0
	for _, name := range names.Data {
		if name == "target_info" {
			continue // is made of the resources again
		}
		metrics, samples, err := r.samplesOf(ctx, prometheus, name)
		if err != nil {
			return total, err
		}
		if samples == 0 {
			continue
		}
		line, err := encoder.MarshalMetrics(metrics)
		if err != nil {
			return total, err
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return total, err
		}
		total += samples
	}
	return total, nil
}

func (r *Recording) samplesOf(ctx context.Context, prometheus api, name string) (pmetric.Metrics, int, error) {
	var answer struct {
		Data struct {
			Result []struct {
				Metric map[string]string `json:"metric"`
				Values [][2]any          `json:"values"`
			} `json:"result"`
		} `json:"data"`
	}
	query := fmt.Sprintf("{__name__=%q}[%ds]", name, int(math.Ceil(r.To.Sub(r.From).Seconds())))
	if err := prometheus.read(ctx, "/api/v1/query", url.Values{"query": {query}, "time": {seconds(r.To)}}, nil, &answer); err != nil {
		return pmetric.Metrics{}, 0, err
	}
	metrics, samples := pmetric.NewMetrics(), 0
	for _, s := range answer.Data.Result {
		resource := metrics.ResourceMetrics().AppendEmpty()
		metric := resource.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
		metric.SetName(name)
		points := metric.SetEmptyGauge().DataPoints()
		labels := pcommon.NewMap()
		separate(s.Metric, resource.Resource().Attributes(), labels)
		for _, v := range s.Values {
			at, isNumber := v[0].(float64)
			text, isText := v[1].(string)
			value, err := strconv.ParseFloat(text, 64)
			if !isNumber || !isText || err != nil || math.IsNaN(value) {
				continue // the end of a series is marked with one that is no number
			}
			p := points.AppendEmpty()
			p.SetTimestamp(pcommon.NewTimestampFromTime(time.UnixMilli(int64(math.Round(at * 1e3)))))
			p.SetDoubleValue(value)
			labels.CopyTo(p.Attributes())
			samples++
		}
	}
	return metrics, samples, nil
}

// separate tells the labels that a resource gives from those of the series: job and instance are made of the resource.
func separate(metric map[string]string, resource, labels pcommon.Map) {
	for _, label := range slices.Sorted(maps.Keys(metric)) {
		value := metric[label]
		switch name, known := attributes[label]; {
		case label == "__name__":
		case known:
			resource.PutStr(name, value)
		case label == "instance":
			resource.PutStr("service.instance.id", value)
		case label == "job":
			service := value
			if namespace, name, both := strings.Cut(value, "/"); both {
				resource.PutStr("service.namespace", namespace)
				service = name
			}
			resource.PutStr("service.name", service)
		default:
			labels.PutStr(label, value)
		}
	}
}
