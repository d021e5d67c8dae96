package changes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/cluster"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

const (
	mostAnnotations = 100         // that are read
	ownTag          = "faultline" // of annotations that saved cases make
)

func annotationsQuestion(c *incident.Case, a incident.Annotations) source.Question {
	return source.Question{Name: annotationsAsked, Kind: source.Annotations, Text: strings.Join(a.Tags, ","), Window: c.Around(), Limit: mostAnnotations}
}

func fromAnnotations(c *incident.Case, answers source.Answers) origin {
	o := named(c, "annotations in Grafana", c.Knowledge.Annotations != nil, "")
	if c.Knowledge.Annotations == nil {
		return o
	}
	if o.problem = answers.Problem(annotationsAsked); o.problem != nil {
		return o
	}
	for _, a := range answers[annotationsAsked].Annotations {
		if elsewhere(c, a) || slices.Contains(a.Tags, ownTag) {
			continue
		}
		text := strings.Join(strings.Fields(a.Text), " ")
		k := incident.ClusterChange{At: a.At.UTC(), Kind: incident.KindAnnotation, Object: shortened(text), Service: annotated(c, a), Action: incident.Annotated,
			What: "marked", Text: text, Sources: []string{"annotation in Grafana (" + strings.Join(a.Tags, ", ") + ")"}}
		if k.Object == "" {
			k.Object = strings.Join(a.Tags, ", ")
		}
		o.changes = append(o.changes, k)
	}
	if answers[annotationsAsked].Truncated {
		o.problem = &source.Problem{Kind: source.TooLarge, Signal: source.Grafana, Advice: "Name fewer tags in annotations.tags of the data source's settings.",
			Sentence: fmt.Sprintf("There are more than %d; the oldest were not read.", mostAnnotations)}
	}
	return o
}

func shortened(text string) string {
	const enough = 80 // characters
	if runes := []rune(text); len(runes) > enough {
		return strings.TrimSpace(string(runes[:enough])) + "…"
	}
	return text
}

// annotated is the service that an annotation is of: one of those of the requests that a tag names, alone or after a colon, or that its
// text quotes; empty where it names none of them.
func annotated(c *incident.Case, a incident.Annotation) string {
	services := []string{c.Subject.Service}
	if culprit := culpritService(c); culprit != "" {
		services = append(services, culprit)
	}
	if c.Facts.Neighbours != nil {
		services = append(services, c.Facts.Neighbours.Services...)
	}
	for _, tag := range a.Tags {
		_, value := parted(tag)
		if i := slices.IndexFunc(services, func(s string) bool { return cluster.SameWorkload(s, value) }); i >= 0 {
			return services[i]
		}
	}
	if i := slices.IndexFunc(services, func(s string) bool { return cluster.Quotes(a.Text, s) }); i >= 0 {
		return services[i]
	}
	return ""
}

// elsewhere says that a tag names another environment, namespace or cluster than the one investigated.
func elsewhere(c *incident.Case, a incident.Annotation) bool {
	for _, tag := range a.Tags {
		name, value := parted(tag)
		for part, names := range map[incident.ScopePart][]string{
			incident.Namespace:   {"namespace", "ns"},
			incident.Environment: {"environment", "env"},
			incident.Cluster:     {"cluster"},
		} {
			if within := c.Subject.Scope.Of(part); within != "" && slices.Contains(names, name) && value != within {
				return true
			}
		}
	}
	return false
}

// parted is a tag such as "service:web" or "env=production", as its name and its value.
func parted(tag string) (name, value string) {
	at := strings.IndexAny(tag, ":=")
	if at < 0 {
		return "", strings.TrimSpace(tag)
	}
	return strings.ToLower(strings.TrimSpace(tag[:at])), strings.TrimSpace(tag[at+1:])
}
