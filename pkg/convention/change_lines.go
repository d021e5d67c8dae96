package convention

import (
	"regexp"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// changeWords are how deployers, migrations, flag services and schedulers write that they changed something. Groups name the parts of
// the change: its object, and the version or variant to which it leads. The first that matches holds.
var changeWords = []struct {
	kind    string
	action  incident.Action
	by      string // whose words they are; empty where many write so
	pattern string
}{
	{incident.KindRelease, incident.RolledOut, "Argo CD", `initiated automated sync to '(?P<to>[\w.-]+)|sync operation to (?P<to>[\w.-]+) succeeded`},
	{incident.KindRelease, incident.RolledOut, "Flux", `helm (?:upgrade|install|rollback) succeeded for release (?:[\w-]+/)?(?P<object>[\w-]+)(?:\.v\d+)?(?: with chart \S+@(?P<to>[\w.+-]+))?|\bapplied revision: (?P<to>\S+)`},
	{incident.KindRelease, incident.RolledOut, "Helm", `release "(?P<object>[^"]+)" has been (?:upgraded|installed|rolled back)`},
	{incident.KindRelease, incident.RolledOut, "GitHub Actions", `\b(?:running job: |job )(?P<object>[\w./ -]*(?:deploy|releas|rollout)[\w./ -]*?)(?: completed with result: succeeded|$)`},
	{incident.KindRelease, incident.RolledOut, "Jenkins", `(?P<object>[\w./-]*(?:deploy|releas|rollout)[\w./-]*) #(?P<to>\d+)\b.*(?:completed: success|started)`},
	{incident.KindRelease, incident.RolledOut, "GitLab", `\bdeploy(?:ment)? (?:of |job )?(?P<object>[\w./-]+) (?:has )?(?:finished|succeeded|completed)\b`},
	{incident.KindRelease, incident.RolledOut, "", `\b(?:deployed|deploying|released|releasing|rolled out|rolling out) (?P<object>[\w./-]+?)(?::|@| (?:to )?(?:version )?)v?(?P<to>\d+\.[\w.+-]*\w)|` +
		`\bversion v?(?P<to>\d[\w.+-]*) of (?P<object>[\w./-]+) (?:was |has been )?(?:deployed|released|rolled out)|\bdeployed as release (?P<to>\d+)`},

	{incident.KindMigration, incident.Migrated, "Flyway", `migrating schema \S+ (?:to version|with repeatable migration) "?(?P<object>[^"]+)"?`},
	{incident.KindMigration, incident.Migrated, "Liquibase", `running changeset: (?P<object>\S+)|changeset (?P<object>\S+::\S+) ran successfully`},
	{incident.KindMigration, incident.Migrated, "Alembic", `running (?:upgrade|downgrade) \w* ?-> (?P<object>\w+)`},
	{incident.KindMigration, incident.Migrated, "Django", `applying (?P<object>\w+\.\d{4}_\w+)\.\.\.`},
	{incident.KindMigration, incident.Migrated, "Rails", `migrating to (?P<object>\w+) \(\d+\)|==\s+(?:\d+ )?(?P<object>[\w.-]+): migrat(?:ing|ed)\b`},
	{incident.KindMigration, incident.Migrated, "golang-migrate", `(?:^|[\s"])(?P<object>\d+/[ud] \w+)`},
	{incident.KindMigration, incident.Migrated, "Prisma", "applying migration ['\"\x60](?P<object>[\\w.-]+)"},
	{incident.KindMigration, incident.Migrated, "goose", `\bok\s+(?P<object>\d+_\w+\.(?:sql|go))\b`},
	{incident.KindMigration, incident.Migrated, "", `\b(?P<object>(?:alter|drop|rename) table (?:if exists )?(?:only )?[\w.]+)`},

	{incident.KindConfiguration, incident.Reloaded, "Reloader", `changes detected in '(?P<object>[^']+)' of type '(?:configmap|secret)'`},
	{incident.KindConfiguration, incident.Reloaded, "PostgreSQL", `parameter "(?P<object>\w+)" changed to "(?P<to>[^"]*)"`},
	{incident.KindConfiguration, incident.Reloaded, "Spring Cloud", `refresh keys changed: \[(?P<object>[^\]]+)`},
	{incident.KindConfiguration, incident.Reloaded, "nginx", `backend successfully reloaded|signal \d* ?\(?sighup\)? received.*reconfiguring|received sighup, reloading`},
	{incident.KindConfiguration, incident.Reloaded, "", `completed loading of configuration file|\b(?:config(?:uration|map)?|secrets?)(?: file| map)? (?P<object>[\w./:-]+ )?(?:was |were |has been |have been )?(?:changed|updated|reloaded|rotated|refreshed)\b|` +
		`\b(?:credentials|certificates?|settings|rules|routes) (?:was |were |has been |have been )?(?:reloaded|rotated)\b|` +
		`\b(?:reload(?:ed|ing)|rotat(?:ed|ing)|re-read(?:ing)?|load(?:ed|ing) (?:new|changed)) (?:the )?(?:config(?:uration|map)?|settings|secrets?|credentials|certificates?|properties|rules|routes)\b`},

	{incident.KindFeatureFlag, incident.Switched, "", "\\b(?:flag|toggle) ['\"\x60]?(?P<object>[\\w./-]+)['\"\x60]? (?:was |has been |is now )?(?:turned |switched |set |changed |toggled )?(?:to )?['\"\x60]?(?P<to>on|off|enabled|disabled|true|false)\\b|" +
		"\\b(?:updated|toggled|enabled|disabled|switched|archived) (?:the )?(?:feature[ -]?)?(?:flag|toggle) ['\"\x60]?(?P<object>[\\w./-]+)"},

	{incident.KindBatchJob, incident.Started, "Spring Batch", `job: \[\w*job: \[name=(?P<object>[\w.-]+)\]\] launched`},
	{incident.KindBatchJob, incident.Started, "Celery", `sending due task (?P<object>[\w.-]+)`},
	{incident.KindBatchJob, incident.Started, "cron", `\(\w+\) cmd \((?P<object>[^)]+)\)`},
	{incident.KindBatchJob, incident.Started, "", `\b(?:cron|batch|scheduled|nightly)[ -]?(?:job|task) (?P<object>[\w./-]+) (?:has |was |is )?(?:started|launched|triggered|starting|running)\b|` +
		`\b(?:starting|started|launching|launched|triggered|executing) (?:the )?(?:cron|batch|scheduled|nightly)[ -]?(?:job|task) (?P<object>[\w./-]+)`},
}

// changeStems are pieces, one of which each line has that says so. They lack their first letter where that may be a capital.
var changeStems = []string{
	"utomated sync to '", "ync operation to ", "elm upgrade", "elm install", "elm rollback", "pplied revision", "has been upgraded", "has been installed", "has been rolled back",
	"eploy", "eleas", "ollout", "olled out", "olling out", "igrat", "hangeset", "hangeSet", "unning upgrade", "unning downgrade", "pplying ", "/u ", "/d ", ".sql",
	"ALTER TABLE", "alter table", "DROP TABLE", "drop table", "RENAME TABLE", "rename table", "hanges detected in", "arameter ", "efresh keys", "SIGHUP",
	"eload", "otat", "e-read", "oaded new", "oading new", "oaded changed", "oading changed", "onfig", "ecret", "ompleted loading", "flag ", "oggle ", "launched with", "due task", "CMD (",
	"ron job", "ron-job", "ronjob", "ron task", "atch job", "atch-job", "atchjob", "atch task", "cheduled job", "cheduled-job", "cheduled task", "ightly job", "ightly-job", "ightly task",
}

// ChangeStems is a regular expression of nothing but alternatives without signs of their own, which a log store looks for much faster than
// ChangeLines: first for these, then among what is left.
var ChangeStems = func() string {
	quoted := make([]string, len(changeStems))
	for i, stem := range changeStems {
		quoted[i] = regexp.QuoteMeta(stem)
	}
	return strings.Join(quoted, "|")
}()

// ChangeLines is a regular expression of lines in which something is said to be changed, among those with one of ChangeStems.
var ChangeLines = func() string {
	patterns := make([]string, len(changeWords))
	for i, w := range changeWords {
		patterns[i] = groupName.ReplaceAllString(leading.ReplaceAllString(w.pattern, "(?:"), "(?:")
	}
	return `(?i)(?:` + strings.Join(patterns, "|") + `)`
}()

// leading is what a pattern begins with to read a name, and which finds no other lines.
var leading = regexp.MustCompile(`^\(\?P<object>\[[^\]]*\]\*`)

var groupName = regexp.MustCompile(`\(\?P<\w+>`)

var changePatterns = func() []*regexp.Regexp {
	all := make([]*regexp.Regexp, len(changeWords))
	for i, w := range changeWords {
		all[i] = regexp.MustCompile(`(?i)` + w.pattern)
	}
	return all
}()

// undone are words of what was tried, or only looked at, and not done.
var undone = regexp.MustCompile(`(?i)\b(?:fail(?:ed|ure|ing|s)?|error|unable|cannot|could not|couldn't|skipp(?:ed|ing)|no changes|unchanged|dry[ -]?run|not (?:found|changed|reloaded|updated))\b`)

// application is the field in which a deployer's structured line names what it deploys.
var application = regexp.MustCompile(`(?i)\b(?:application|app|helmrelease|kustomization)"?\s*[=:]\s*(?:\{"name":)?"?(?:[\w-]+/)?(?P<object>[\w-]+)`)

// ChangeIn reads what was changed from the message of a line; whole is the line itself, with its fields. It gives kind, object, version
// and action, with whose words they are among the sources; false where nothing was changed.
func ChangeIn(message, whole string) (incident.ClusterChange, bool) {
	if undone.MatchString(message) {
		return incident.ClusterChange{}, false
	}
	for i, w := range changeWords {
		found := changePatterns[i].FindStringSubmatch(message)
		if found == nil {
			continue
		}
		change := incident.ClusterChange{Kind: w.kind, Action: w.action, Text: message, Sources: []string{strings.TrimSpace(w.by + " log line")}}
		for n, name := range changePatterns[i].SubexpNames() {
			switch value := strings.TrimSpace(found[n]); {
			case value == "":
			case name == "object":
				change.Object = value
			case name == "to":
				change.To = value
			}
		}
		if change.Object == "" && w.kind == incident.KindRelease {
			if named := application.FindStringSubmatch(whole); named != nil {
				change.Object = named[1]
			}
		}
		return change, true
	}
	return incident.ClusterChange{}, false
}
