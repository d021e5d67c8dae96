package environment

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/query/check"
)

// mostChecks bounds people's own questions: each costs one of the run's.
const mostChecks = 10

// The settings of what people know, at the top and in each entry of their lists.
var (
	knowledgeKeys = []string{"externals", "runbooks", "checks", "owners", "annotations"}
	entryKeys     = map[string][]string{
		"externals": {"host", "name", "statusPage", "internal"},
		"runbooks":  {"service", "alert", "url", "commands"},
		"owners":    {"service", "owner"},
		"checks":    {"name", "language", "query", "sentence", "unit", "above", "below", "services"},
	}
	commandKeys = []string{"text", "why", "changes"}
	// usualTags are those of annotations that tell of changes, where the settings name none.
	usualTags = []string{"deploy", "deployment", "release", "rollout", "rollback", "change", "config", "configuration", "feature-flag", "flag", "migration", "maintenance"}
	units     = []incident.Unit{incident.Ratio, incident.Seconds, incident.PerSecond, incident.Count, incident.Bytes}
)

// Knowledge is what the settings tell of externals, runbooks and checks, and which annotations tell of changes: those with the usual tags
// where the settings name none, and none where Grafana is not asked. A recording tells what they were when it was made.
func (e *Environment) Knowledge() incident.Knowledge {
	if e.recording != nil {
		return e.recording.Knowledge
	}
	known := e.settings.Knowledge
	switch {
	case !e.settings.throughGrafana():
		known.Annotations = nil
	case known.Annotations == nil:
		known.Annotations = &incident.Annotations{Tags: slices.Clone(usualTags)}
	}
	return known
}

// unknownInLists names the settings of entries that nothing reads.
func unknownInLists(keys map[string]json.RawMessage) []error {
	var problems []error
	for _, list := range knowledgeKeys {
		var entries []map[string]json.RawMessage
		if json.Unmarshal(keys[list], &entries) != nil {
			continue // of another type, which is said elsewhere
		}
		for i, entry := range entries {
			prefix := fmt.Sprintf("%s[%d].", list, i)
			problems = append(problems, strangers(prefix, entry, entryKeys[list])...)
			var commands []map[string]json.RawMessage
			if list != "runbooks" || json.Unmarshal(entry["commands"], &commands) != nil {
				continue
			}
			for j, command := range commands {
				problems = append(problems, strangers(fmt.Sprintf("%scommands[%d].", prefix, j), command, commandKeys)...)
			}
		}
	}
	return problems
}

func knowledgeProblems(k incident.Knowledge) []error {
	var problems []error
	for i, e := range k.Externals {
		problems = append(problems, externalProblems(fmt.Sprintf("externals[%d]", i), e)...)
	}
	for i, r := range k.Runbooks {
		problems = append(problems, runbookProblems(fmt.Sprintf("runbooks[%d]", i), r)...)
	}
	owned := map[string]bool{}
	for i, o := range k.Owners {
		setting := fmt.Sprintf("owners[%d]", i)
		if strings.TrimSpace(o.Service) == "" || strings.TrimSpace(o.Owner) == "" {
			problems = append(problems, fmt.Errorf("%s needs both a service and an owner", setting))
		} else if owned[o.Service] {
			problems = append(problems, fmt.Errorf("%s.service is %q, as that of another entry: keep one", setting, o.Service))
		}
		owned[o.Service] = true
	}
	if k.Annotations != nil {
		problems = append(problems, annotationProblems(*k.Annotations)...)
	}
	if len(k.Checks) > mostChecks {
		problems = append(problems, fmt.Errorf("there are %d checks; keep the %d that tell most, since each costs a question of every run", len(k.Checks), mostChecks))
	}
	names := map[string]bool{}
	for i, c := range k.Checks {
		setting := fmt.Sprintf("checks[%d]", i)
		problems = append(problems, checkProblems(setting, c)...)
		if c.Name != "" && names[c.Name] {
			problems = append(problems, fmt.Errorf("%s.name is %q, as that of another check: give each its own", setting, c.Name))
		}
		names[c.Name] = true
	}
	return problems
}

func annotationProblems(a incident.Annotations) []error {
	if len(a.Tags) == 0 {
		return []error{errors.New("annotations.tags is empty: name the tags of annotations that tell of changes, or leave annotations out for the usual ones")}
	}
	var problems []error
	for i, tag := range a.Tags {
		if strings.TrimSpace(tag) == "" || strings.Contains(tag, ",") {
			problems = append(problems, fmt.Errorf("annotations.tags[%d] is %q, which is not a tag such as deploy", i, tag))
		}
	}
	return problems
}

var hostName = regexp.MustCompile(`^(\*\.)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)

func externalProblems(setting string, e incident.External) []error {
	var problems []error
	if !hostName.MatchString(e.Host) {
		problems = append(problems, fmt.Errorf("%s.host is %q, which is not a host such as api.example.com or *.example.com", setting, e.Host))
	}
	if e.StatusPage == "" {
		return append(problems, fmt.Errorf("%s.statusPage is missing: set the address of the status page of %s", setting, e.Host))
	}
	return append(problems, linkProblems(setting+".statusPage", e.StatusPage, "https://status.example.com")...)
}

// linkProblems checks an address that is called or shown, and that holds no password.
func linkProblems(setting, address, example string) []error {
	u, err := url.Parse(address)
	switch {
	case err == nil && u.User != nil, err != nil && strings.Contains(address, "@"):
		return []error{fmt.Errorf("%s holds a user or a password, which everyone could read: leave it out", setting)}
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return []error{fmt.Errorf("%s is %q, which is not a URL such as %s", setting, address, example)}
	}
	return nil
}

func runbookProblems(setting string, r incident.Runbook) []error {
	var problems []error
	if r.Service == "" && r.Alert == "" {
		problems = append(problems, fmt.Errorf("%s has neither a service nor an alert: set one of them", setting))
	}
	if r.URL == "" && len(r.Commands) == 0 {
		problems = append(problems, fmt.Errorf("%s has neither a url nor commands: set one of them", setting))
	}
	if r.URL != "" {
		problems = append(problems, linkProblems(setting+".url", r.URL, "https://wiki.example.com/runbook")...)
	}
	for i, c := range r.Commands {
		if strings.TrimSpace(c.Text) == "" {
			problems = append(problems, fmt.Errorf("%s.commands[%d].text is missing", setting, i))
		}
	}
	return problems
}

func checkProblems(setting string, c incident.Check) []error {
	var problems []error
	if strings.TrimSpace(c.Name) == "" {
		problems = append(problems, fmt.Errorf("%s.name is missing", setting))
	}
	if c.Unit != "" && !slices.Contains(units, c.Unit) {
		problems = append(problems, fmt.Errorf("%s.unit is %q; known are ratio, s, 1/s, count, bytes", setting, c.Unit))
	}
	if err := check.Sentence(c); err != nil {
		problems = append(problems, fmt.Errorf("%s.sentence: %w", setting, err))
	}
	if err := check.Query(c); err != nil {
		problems = append(problems, fmt.Errorf("%s.query: %w", setting, err))
	}
	return problems
}
