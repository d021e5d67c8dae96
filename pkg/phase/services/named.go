package services

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/faultline-investigation/faultline/pkg/analysis/logpattern"
	"github.com/faultline-investigation/faultline/pkg/analysis/rank"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict/difference"
)

// linkNamed ties services to the subject's requests by lines, where no trace does: whom the subject's error lines name takes part in
// them, and whom that one's name.
func linkNamed(services []incident.RankedService, subject string) {
	linked := []int{slices.IndexFunc(services, func(s incident.RankedService) bool { return s.Service == subject })}
	for len(linked) > 0 && linked[0] >= 0 {
		by := linked[0]
		linked = linked[1:]
		for i := range services {
			if services[i].Unlinked && namedIn(&services[by], services[i].Service) {
				services[i].Unlinked, services[i].NamedBy = false, services[by].Service
				linked = append(linked, i)
			}
		}
	}
}

// putBehindNamed puts a service against which its error lines speak behind the one that they name: they show what it met there. That is
// another that fails too, as with a caller whose change comes with that of the one it calls, or the subject itself.
func putBehindNamed(services []incident.RankedService, subject string) {
	usual := rank.Usual()
	for i := range services {
		caller := &services[i]
		if caller.ExplainedBy != "" || !difference.OfErrorLines(caller.Evidence[0]) {
			continue
		}
		for j := range services {
			called := &services[j]
			if !called.Unlinked && called.Score >= usual.StrongFor*caller.Score && namedIn(caller, called.Service) && !namedIn(called, caller.Service) {
				caller.ExplainedBy, caller.Score = called.Service, min(caller.Score, usual.Behind*called.Score)
				break
			}
		}
		if caller.ExplainedBy == "" && caller.Service != subject && namedIn(caller, subject) {
			caller.ExplainedBy = subject
		}
	}
	slices.SortStableFunc(services, func(a, b incident.RankedService) int { return cmp.Compare(b.Score, a.Score) })
}

// namedIn says that lines that tell of a service's failures name another service.
func namedIn(s *incident.RankedService, other string) bool {
	return slices.ContainsFunc(s.Evidence, func(d incident.Difference) bool {
		return d.Failure && difference.OfErrorLines(d) && (names(d.About.Line, other) || names(d.Example, other))
	})
}

// names says that a text names a service: its name stands in it as a word of its own. A name that is an ordinary word, such as "orders",
// has to stand where a host does.
func names(text, service string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], service)
		if at < 0 || service == "" {
			return false
		}
		before, after := text[:from+at], text[from+at+len(service):]
		if !endsInName(before) && !beginsWithName(after) && (strings.ContainsAny(service, "-_.") || isHost(before, after)) {
			return true
		}
		from += at + len(service)
	}
}

func endsInName(text string) bool { return text != "" && inName(rune(text[len(text)-1])) }

func beginsWithName(text string) bool { return text != "" && inName(rune(text[0])) }

func inName(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' }

// isHost says that what stands between two texts is the host of an address: it follows "//" or "@", or a port or a domain follows it.
func isHost(before, after string) bool {
	if strings.HasSuffix(before, "//") || strings.HasSuffix(before, "@") {
		return true
	}
	port := len(after) > 1 && after[0] == ':' && (unicode.IsDigit(rune(after[1])) || strings.HasPrefix(after[1:], logpattern.Any))
	return port || len(after) > 1 && after[0] == '.' && unicode.IsLetter(rune(after[1]))
}
