package cause

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strings"
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
		if name := labelled(s, metric.Names); name != "" && len(s.Points) > 0 && s.Points[0].Value > 0 {
			into.Certificates = append(into.Certificates, incident.Certificate{Name: name, Namespace: labelled(s, metric.Namespaces),
				Expired: time.Unix(int64(s.Points[0].Value), 0).UTC()})
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
		if recentlyExpired(c, k) {
			severity = incident.Critical
		}
		read.findings = append(read.findings, incident.Finding{Severity: severity, Interval: &current, Sentence: wording.Capital(expired(c, k)) + ".",
			Values: []incident.Value{{Name: "expired", Value: float64(k.Expired.Unix()), Unit: incident.UnixTime, Labels: map[string]string{"certificate": k.Name}}},
			Method: "the time until which a certificate is valid, as its watcher reports it"})
	}
	return read, nil
}

// expired says that a certificate has expired, and when, which may be long ago.
func expired(c *incident.Case, k incident.Certificate) string {
	return fmt.Sprintf("certificate %s expired at %s", cluster.Named(k.Name, k.Namespace), wording.ClockOn(k.Expired, c.Window.To))
}

// recentlyExpired says whether a certificate expired in the incident's neighbourhood, and not after the onset, which is
// known no better than the time that the service's numbers are averaged over.
func recentlyExpired(c *incident.Case, k incident.Certificate) bool {
	return c.Around().Contains(k.Expired) && c.Facts.InTime(k.Expired.Add(-phase.Averaging(c)))
}

// certificateSays is what clients say of a certificate that they do not accept.
var certificateSays = regexp.MustCompile(`(?i)x509|certificate|\bcert\b|PKIX|CERT_HAS_EXPIRED|\bTLS\b|\bSSL\b|handshake`)

// certificateSuspects are certificates that expired before the failure began, which speaks of certificates or goes to
// the certificate's owner.
func certificateSuspects(c *incident.Case, symptoms []*suspect) []*suspect {
	around, culprit := c.Facts.Surroundings, c.Facts.Culprit
	if around == nil || culprit == nil {
		return nil
	}
	var all []*suspect
	for _, k := range around.Certificates {
		if !recentlyExpired(c, k) {
			continue
		}
		owner := culprit.External
		owns := owner != "" && belongsTo(k.Name, owner)
		says := saidOfCertificates(culprit.Span)
		if !owns && says == "" {
			continue
		}
		if owner == "" {
			owner = k.Name
		}
		s := newSuspect(owner, "certificate/"+k.Name, fmt.Sprintf("the certificate %s expired at %s", cluster.Named(k.Name, k.Namespace), wording.Clock(k.Expired)))
		s.depth, s.began = 1, &incident.MovedAt{Earliest: k.Expired, Latest: k.Expired}
		s.speaks(inMetric, "%s", expired(c, k))
		if says != "" {
			s.speaks(inTrace, "the failing call to %s says %s", owner, wording.Quoted(says))
		} else {
			s.speaks(inTrace, "the failing trace ends in a call to %s", owner)
		}
		if onset := c.Facts.Onset; onset != nil {
			s.speaks(inTime, "it expired at %s; the service's own numbers moved at %s", wording.Clock(k.Expired), wording.Clock(onset.Middle()))
		}
		s.happens("cause/surroundings", "certificate %s expires", cluster.Named(k.Name, k.Namespace))
		for _, symptom := range symptoms {
			s.inherits(symptom)
		}
		all = append(all, s)
	}
	return all
}

// saidOfCertificates is what a span says of a certificate or of TLS; empty when it does not.
func saidOfCertificates(span incident.Span) string {
	said := []string{span.StatusMessage, span.Attributes["error.message"], span.Attributes["exception.message"]}
	for _, e := range span.Events {
		said = append(said, e.Attributes["exception.message"])
	}
	said = append(said, span.Attributes["error.type"])
	for _, text := range said {
		if certificateSays.MatchString(text) {
			return text
		}
	}
	return ""
}

// belongsTo says whether a certificate's name bears the name of a host or service, or is an address of it.
func belongsTo(certificate, owner string) bool {
	if address, err := url.Parse(certificate); err == nil && address.Hostname() != "" {
		certificate = address.Hostname()
	}
	host := strings.ToLower(owner)
	short, _, _ := strings.Cut(host, ".")
	certificate = strings.ToLower(certificate)
	return certificate == host || certificate == short || cluster.NamedAfter(certificate, short) || strings.TrimPrefix(certificate, "*.") == strings.TrimPrefix(host, short+".")
}
