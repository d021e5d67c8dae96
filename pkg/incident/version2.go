package incident

import (
	"encoding/json"
	"strconv"
	"strings"
)

// A saved case of version 2 told what a difference is about in one text. This file is the one place that takes such texts apart.

// version2 is what changed of such a document.
type version2 struct {
	Case struct {
		Facts struct {
			Ranking *struct {
				Services []struct {
					Evidence []oldDifference `json:"evidence"`
				} `json:"services"`
			} `json:"ranking"`
			Witness *struct {
				oldDifference

				Service string         `json:"service"`
				Outcome WitnessOutcome `json:"outcome"`
			} `json:"witness"`
		} `json:"facts"`
	} `json:"case"`
}

type oldDifference struct {
	Kind string `json:"kind"`
	What string `json:"what"`
}

// fromVersion2 gives the differences of a saved case of up to version 2 their aspects, and its second count its place.
func fromVersion2(document []byte, s *SavedCase) error {
	var old version2
	if err := json.Unmarshal(document, &old); err != nil {
		return err
	}
	if was, is := old.Case.Facts.Ranking, s.Case.Facts.Ranking; was != nil && is != nil {
		for i := range is.Services[:min(len(is.Services), len(was.Services))] {
			for n := range is.Services[i].Evidence[:min(len(is.Services[i].Evidence), len(was.Services[i].Evidence))] {
				is.Services[i].Evidence[n].About = was.Services[i].Evidence[n].about()
			}
		}
	}
	if was := old.Case.Facts.Witness; was != nil { // it held rates without the times that they were of
		s.Case.Facts.Witness = &Witnesses{Counts: []Witness{{Service: was.Service, Kind: was.Kind, About: was.about(), Outcome: was.Outcome, Counted: CountedTraces}}}
	}
	return nil
}

// about takes a text apart as that version joined it.
func (d oldDifference) about() Aspect {
	switch d.Kind {
	case "errors", "own latency", "operation":
		return Aspect{Operation: d.What}
	case "refusals":
		at := strings.LastIndexByte(d.What, ' ')
		if code, err := strconv.Atoi(d.What[at+1:]); err == nil {
			return Aspect{Operation: d.What[:max(0, at)], Status: code}
		}
		return Aspect{Operation: d.What}
	case "calls":
		callee, operation, _ := strings.Cut(d.What, " ")
		return Aspect{Callee: callee, Operation: operation}
	case "log pattern", "error lines":
		return Aspect{Line: d.What}
	case "edge latency":
		return Aspect{}
	}
	return Aspect{Metric: d.What}
}
