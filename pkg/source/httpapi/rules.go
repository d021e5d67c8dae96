package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
)

// rules is the answer of Prometheus to the question for its rules, and of Grafana, which adds to it.
type rules struct {
	Status string `json:"status"`
	Data   *struct {
		Groups []struct {
			Rules []struct {
				Type        string            `json:"type"`
				Name        string            `json:"name"`
				Query       string            `json:"query"`
				Labels      map[string]string `json:"labels"`
				Annotations map[string]string `json:"annotations"`
				Alerts      []struct {
					Labels map[string]string `json:"labels"`
				} `json:"alerts"`
			} `json:"rules"`
		} `json:"groups"`
	} `json:"data"`
}

// rulesPath is where rules are asked for, below the address of a store or that of Grafana's own.
const rulesPath = "/api/v1/rules"

// grafanasJoint stands between the queries of a rule as Grafana tells of them.
const grafanasJoint = " | "

func alertRules(ctx context.Context, asked *door, endpoint string) (source.Answer, error) {
	body, err := asked.get(ctx, endpoint, url.Values{"type": {"alert"}}, "application/json")
	if err != nil {
		return source.Answer{}, err
	}
	var told rules
	if err := json.Unmarshal(body, &told); err != nil {
		return source.Answer{}, err
	}
	if told.Status != "success" || told.Data == nil {
		return source.Answer{}, errors.New("it does not claim success, or has no rules")
	}
	answer := source.Answer{Rules: []incident.AlertRule{}}
	for _, group := range told.Data.Groups {
		for _, r := range group.Rules {
			if r.Type != "alerting" {
				continue
			}
			rule := incident.AlertRule{Name: r.Name, Queries: []string{r.Query}, Labels: r.Labels, Annotations: r.Annotations}
			if asked.signal == source.Grafana {
				rule.Queries = strings.Split(r.Query, grafanasJoint)
			}
			for _, alert := range r.Alerts {
				rule.Alerts = append(rule.Alerts, alert.Labels)
			}
			answer.Rules = append(answer.Rules, rule)
		}
	}
	return answer, nil
}
