package verdict

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/advice"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

var expiredCertificate = Cause{
	Kind:    "expired-certificate",
	Means:   "a certificate that the failing call needs has expired",
	Needs:   []incident.Fact{incident.FactSurroundings, incident.FactCulprit, incident.FactOnset},
	After:   symptoms,
	Depth:   1,
	Find:    findExpiredCertificate,
	Likely:  []Rule{independentWitnesses},
	Against: []Observation{failElsewhere},
	Advise:  adviseOnCertificate,
}

// certificateSays is what clients say of a certificate that they do not accept.
var certificateSays = regexp.MustCompile(`(?i)x509|certificate|\bcert\b|PKIX|CERT_HAS_EXPIRED|\bTLS\b|\bSSL\b|handshake`)

// findExpiredCertificate finds certificates that expired before the failure began, which speaks of certificates or goes to
// the certificate's owner.
func findExpiredCertificate(c *incident.Case, symptoms Suspects) Suspects {
	around, culprit := c.Facts.Surroundings, c.Facts.Culprit
	if around == nil || culprit == nil {
		return nil
	}
	var all Suspects
	for _, k := range around.Certificates {
		owner := culprit.External
		owns := owner != "" && belongsTo(k.Name, owner)
		says := saidOfCertificates(culprit.Span)
		if !k.Recent || !owns && says == "" {
			continue
		}
		if owner == "" {
			owner = k.Name
		}
		s := newSuspect(owner, incident.Target{Type: "certificate", Name: k.Name, Namespace: k.Namespace}, "certificate/"+k.Name, "")
		s.saying = wording.Textf("the certificate %s expired at %s", cluster.Named(k.Name, k.Namespace), wording.Clock(k.Expired))
		s.began = &incident.MovedAt{Earliest: k.Expired, Latest: k.Expired}
		s.has(inMetric, "%s", cluster.Expired(k, c.Window.To))
		if says != "" {
			s.has(inTrace, "the failing call to %s says %s", owner, wording.Quoted(says))
		} else {
			s.has(inTrace, "the failing trace ends in a call to %s", owner)
		}
		if onset := c.Facts.Onset; onset != nil {
			s.has(inTime, "it expired at %s; the service's own numbers moved at %s", wording.Clock(k.Expired), wording.Clock(onset.Middle()))
		}
		s.happens(fromSurroundings, "certificate %s expires", cluster.Named(k.Name, k.Namespace))
		s.inherits(symptoms...)
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

// adviseOnCertificate renews a certificate where that is known to be cert-manager's.
func adviseOnCertificate(a *advice.Advice, c *incident.Case, named incident.Candidate) {
	if c.Facts.Conventions == nil || c.Facts.Conventions.Certificates == nil || !convention.CertManager(*c.Facts.Conventions.Certificates) {
		return
	}
	k := named.Target
	a.Look(fromSurroundings, "Shows until when it is valid, and why it was not renewed.", "kubectl describe certificate %s -n %s", k.Name, k.Namespace)
	a.Look(fromSurroundings, "Shows the requests for a new one, and what they wait for.", "kubectl get certificaterequests,orders,challenges -n %s", k.Namespace)
	a.Change(fromSurroundings, "Asks for a new certificate at once. First fix what kept the last requests from being granted.", "cmctl renew %s -n %s", k.Name, k.Namespace)
	a.After(fromSurroundings, "Waits until the new certificate is there.", "kubectl wait --for=condition=Ready certificate/%s -n %s --timeout=120s", k.Name, k.Namespace)
}
