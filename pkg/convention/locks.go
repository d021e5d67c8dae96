package convention

import (
	"regexp"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// lockWaits are the words with which databases and their drivers say that a statement waited for a lock in vain, or was given up for
// one: PostgreSQL, MySQL, SQL Server, Oracle, MongoDB, SQLite, Db2, and the exceptions of Hibernate and Spring.
const lockWaits = `lock timeout|could not obtain lock|still waiting for \w*lock|deadlock (?:detected|found)|deadlocked on|deadlock victim|deadlockloser\w*|` +
	`lock wait timeout|metadata lock|locks? could not be acquired|` +
	`lock request time ?out|` +
	`ora-(?:00054|00060|02049|04021|30006)|waiting (?:for|to) (?:a )?lock|` +
	`lock ?timeout|unable to acquire \S* ?(?:\S+ )?lock|max lock request timeout|` +
	`(?:database|table) (?:\S+ )?is locked|` +
	`sql091[13]n|` +
	`\w*(?:lockacquisition|acquirelock|pessimisticlock)\w*exception`

var lockWait = regexp.MustCompile(`(?i)\b(?:` + lockWaits + `)`)

// SaysLockWait says whether a text is of a statement that waited for a lock.
func SaysLockWait(text string) bool { return lockWait.MatchString(text) }

// LockTakes is a regular expression of statements that keep others out of a table or a row for long, as jobs and migrations log them.
// What each request does itself, such as an update, is none of them.
const LockTakes = `(?i)(?:\block tables?\b|\bfor (?:no key )?update\b|\balter (?:table|index)\b|\b(?:create|drop) (?:unique )?index\b|\breindex\b|` +
	`\bvacuum full\b|\btruncate (?:table )?[a-z_."]+|\brefresh materiali[z]ed view\b|\bpg_(?:try_)?advisory\w*lock|` +
	`\bget_lock\(|\bflush tables\b|\b(?:optimi[z]e|repair) table\b|\btablockx?\b|\bsp_getapplock\b|\bdbms_lock\b|` +
	`\bcreateindexes\b|\bcollmod\b|\bfsynclock\b|\bexclusive (?:mode|lock)\b|\b(?:holds?|holding|acquired|took|taking) (?:an? |the )?(?:\w+ )?lock\b)`

var lockTake = regexp.MustCompile(LockTakes)

var concurrently = regexp.MustCompile(`(?i)\bconcurrently\b|\bonline *= *on\b`)

// SaysLockTaken says whether a text is of a statement that keeps others out; one that says that it does its work beside others does not.
func SaysLockTaken(text string) bool {
	return lockTake.MatchString(text) && !concurrently.MatchString(text)
}

var (
	statementTable = regexp.MustCompile("(?i)\\b(?:update|into|from|join|table)\\s+(?:only\\s+)?([\\w$.\"`\\[\\]]+)")
	quotedRelation = regexp.MustCompile("(?i)\\b(?:relation|table|collection)\\s+[\"'`]([\\w$.]+)[\"'`]")
)

// Table is the table or collection that a span's statement is for, without its schema; empty where it does not tell.
func Table(s incident.Span) string {
	for _, name := range []string{"db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table"} {
		if table := bare(s.Attributes[name]); table != "" {
			return table
		}
	}
	for _, text := range []string{s.Attributes["db.query.text"], s.Attributes["db.statement"], s.Name} {
		if table := tableIn(statementTable, text); table != "" {
			return table
		}
	}
	return ""
}

// TableOfWait is the table that a database names when it says that a statement waited; empty where it names none.
func TableOfWait(text string) string { return tableIn(quotedRelation, text) }

func tableIn(pattern *regexp.Regexp, text string) string {
	if found := pattern.FindStringSubmatch(text); found != nil {
		return bare(found[1])
	}
	return ""
}

// bare is a table's name without schema and quotes.
func bare(name string) string {
	name = strings.NewReplacer(`"`, "", "`", "", "[", "", "]", "").Replace(name)
	return name[strings.LastIndexByte(name, '.')+1:]
}

// NamesTable says whether a text names a table, as a word of its own in any case.
func NamesTable(text, table string) bool {
	if table == "" {
		return false
	}
	found, err := regexp.MatchString(`(?i)(?:^|[^\w$])`+regexp.QuoteMeta(table)+`(?:[^\w$]|$)`, text)
	return err == nil && found
}
