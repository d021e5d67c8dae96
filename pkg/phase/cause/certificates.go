package cause

import (
	"slices"
	"sort"
	"time"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/phase"
	"github.com/faultline-investigation/faultline/pkg/query/promql"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

func planCertificates(c *incident.Case) (source.Question, error) {
	metric := c.Facts.Conventions.Certificates
	until := promql.Max(promql.Select(metric.Expires), slices.Concat(metric.Names, metric.Namespaces)...)
	text, err := promql.Below(until, float64(c.Window.To.Unix())).Text()
	return source.Question{Name: "certificates", Kind: source.Instant, Text: text, Window: c.Window}, err
}

// readCertificates lists the certificates that have expired.
func readCertificates(c *incident.Case, series []incident.Series, into *incident.Surroundings) (surroundingRead, error) {
	metric := c.Facts.Conventions.Certificates
	into.Certificates = []incident.Certificate{}
	for _, s := range series {
		if name := phase.FirstLabel(s, metric.Names); name != "" && len(s.Points) > 0 && s.Points[0].Value > 0 {
			expired := time.Unix(int64(s.Points[0].Value), 0).UTC()
			into.Certificates = append(into.Certificates, incident.Certificate{Name: name, Namespace: phase.FirstLabel(s, metric.Namespaces), Expired: expired,
				Recent: isRecent(c, expired)})
		}
	}
	sort.SliceStable(into.Certificates, func(i, j int) bool { return into.Certificates[i].Expired.After(into.Certificates[j].Expired) })
	read := surroundingRead{well: "no certificate that is watched has expired",
		values: []incident.Value{{Name: "expired certificates", Value: float64(len(into.Certificates)), Unit: incident.Count}}}
	const each = 3
	for i, k := range into.Certificates {
		if i == each {
			break
		}
		severity, current := incident.Warning, c.Window
		if k.Recent {
			severity = incident.Critical
		}
		said := wording.Textf("%s.", cluster.Expired(k, c.Window.To).Capital())
		read.findings = append(read.findings, incident.Finding{ID: "certificate/" + k.Namespace + "/" + k.Name, Severity: severity, Interval: &current, Sentence: said.Plain(), Moments: said.Moments(),
			Values: []incident.Value{{Name: "expired", Value: float64(k.Expired.Unix()), Unit: incident.UnixTime, Labels: map[string]string{"certificate": k.Name}}},
			Method: "the time until which a certificate is valid, as its watcher reports it"})
	}
	return read, nil
}

// isRecent says whether a certificate expired in the time around the incident, and not after the onset, which is known no
// better than the time that the service's numbers are averaged over.
func isRecent(c *incident.Case, expired time.Time) bool {
	return c.Around().Contains(expired) && c.Facts.InTime(expired.Add(-phase.Averaging(c)))
}
