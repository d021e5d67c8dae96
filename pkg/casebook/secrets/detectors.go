package secrets

import (
	"regexp"
	"strings"
)

// block is a key or a message between the lines that PEM and OpenPGP put around it; to the end of the text where it was cut.
var block = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|PGP MESSAGE|SECRET KEY|ENCRYPTED)[A-Z ]*-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)|PuTTY-User-Key-File-[\s\S]*?(?:Private-MAC: \w+|$)`)

func blocks(text, _ string) []span {
	if !strings.Contains(text, "-----BEGIN") && !strings.Contains(text, "PuTTY-User") {
		return nil
	}
	return whole(block, text)
}

func whole(pattern *regexp.Regexp, text string) []span {
	var found []span
	for _, at := range pattern.FindAllStringIndex(text, -1) {
		found = append(found, span{at[0], at[1]})
	}
	return found
}

// group gives what a pattern's first group matches.
func group(pattern *regexp.Regexp, text string) []span {
	var found []span
	for _, at := range pattern.FindAllStringSubmatchIndex(text, -1) {
		if at[2] >= 0 {
			found = append(found, span{at[2], at[3]})
		}
	}
	return found
}

// element is the start of an element of XML with what it holds.
var element = regexp.MustCompile(`<(?:[A-Za-z0-9_.-]{1,64}:)?([A-Za-z0-9_.-]{1,128})(?:\s[^<>]{0,500})?>\s*(<!\[CDATA\[[\s\S]*?\]\]>|[^<]+)(?:</|$)`)

func elements(text, _ string) []span {
	if !strings.Contains(text, "<") {
		return nil
	}
	var found []span
	for _, at := range element.FindAllStringSubmatchIndex(text, -1) {
		if IsName(text[at[2]:at[3]]) {
			found = append(found, span{at[4], at[5]})
		}
	}
	return found
}

// A header of cookies holds several, and one of authorization several parts: they go to the end of the line, or of the quotes that
// they stand in.
var (
	cookieHeader = regexp.MustCompile(`(?i)\b(?:set-)?cookie2?\\*["']?\s{0,3}[:=]\s{0,3}\[?`)
	authHeader   = regexp.MustCompile(`(?i)\b(?:proxy-)?authorization\\*["']?\s{0,3}[:=]\s{0,3}\[?`)
	cookiesBare  = longest(`^[^\s;"'=]+=[^\s;"']*(?:;\s*[A-Za-z0-9_.$-]+(?:=[^\s;"']*)?)*|^[^\s;"']+`)
	authBare     = longest(`^(?:[A-Za-z][A-Za-z0-9-]*\s+)?[^\s,"']+(?:,\s*[A-Za-z]+=(?:"[^"]*"|[^\s,"']+))*|^[A-Za-z]+\s+[A-Za-z]+="[^"]*"(?:,\s*[A-Za-z]+=(?:"[^"]*"|[^\s,"']+))*`)
)

func headers(text, lower string) []span {
	var found []span
	if strings.Contains(lower, "cookie") {
		found = append(found, behind(cookieHeader, cookiesBare, text)...)
	}
	if strings.Contains(lower, "authorization") {
		found = append(found, behind(authHeader, authBare, text)...)
	}
	return found
}

func behind(header, bare *regexp.Regexp, text string) []span {
	var found []span
	for _, at := range header.FindAllStringIndex(text, -1) {
		value, quoted := quotedAt(text, at[1])
		if !quoted {
			value = span{at[1], at[1] + len(bare.FindString(text[at[1]:]))}
		}
		if !harmless(text[value.from:value.to]) {
			found = append(found, value)
		}
	}
	return found
}

// longest compiles a pattern of which the longest match counts and not the first.
func longest(pattern string) *regexp.Regexp {
	compiled := regexp.MustCompile(pattern)
	compiled.Longest()
	return compiled
}

// addressed is the start of an address with everything behind it, as far as an address goes.
var addressed = regexp.MustCompile(`\b[A-Za-z][A-Za-z0-9+.-]*://([^\s"'<>` + "`" + `]+)`)

// addresses finds credentials before the host of an address. A password may itself hold a slash or an at sign, although it should
// not: the last at sign before the host's path counts, and what follows a colon that is no port belongs to a password.
func addresses(text, _ string) []span {
	if !strings.Contains(text, "://") || !strings.Contains(text, "@") {
		return nil
	}
	var found []span
	for _, at := range addressed.FindAllStringSubmatchIndex(text, -1) {
		from, rest := at[2], text[at[2]:at[3]]
		authority := rest[:indexAny(rest, "/?#")]
		end := strings.LastIndexByte(authority, '@')
		if end < 0 && passwordWithSlash.MatchString(rest) {
			end = strings.LastIndexByte(rest, '@')
		}
		if end <= 0 {
			continue
		}
		if user, _, both := strings.Cut(rest[:end], ":"); both && plainUser.MatchString(user) && !strings.HasPrefix(rest[len(user):end], ":x-") {
			from += len(user) + 1
		}
		found = append(found, span{from, at[2] + end})
	}
	return found
}

var (
	passwordWithSlash = regexp.MustCompile(`^[^:/?#@]*:[^@/?#]*[^@/?#0-9][^@]*@`)
	plainUser         = regexp.MustCompile(`^[A-Za-z][A-Za-z_.-]{0,15}[0-9]{0,2}$|^$`)
)

func indexAny(text, chars string) int {
	if at := strings.IndexAny(text, chars); at >= 0 {
		return at
	}
	return len(text)
}

// Addresses of databases that are not URLs.
var (
	goMySQL = regexp.MustCompile(`\b[A-Za-z0-9_.-]+:([^\s"']+)@(?:tcp|udp|unix)\(`)
	oracle  = regexp.MustCompile(`\bjdbc:oracle:thin:[A-Za-z0-9_.$#-]+/([^\s"']+)@`)
)

func databases(text, _ string) []span {
	var found []span
	if strings.Contains(text, "@") {
		found = append(group(goMySQL, text), group(oracle, text)...)
	}
	if strings.Contains(text, "=") && strings.ContainsAny(text, "?&") {
		found = append(found, group(ofQuery, text)...)
	}
	return found
}

// ofQuery are parameters of an address that are secrets there, and harmless elsewhere.
var ofQuery = regexp.MustCompile(`(?i)[?&](?:code|state|key|k|ticket|nonce|auth)=([^\s"'&<>#]*[^\s"'&<>#0-9][^\s"'&<>#]{7,})`)

// webhook is an address of which the path is the secret, at a provider that is known for it; ownWebhook is one elsewhere, of
// which a part of the path looks like a token.
var (
	webhook    = regexp.MustCompile(`(?i)\b(?:hooks\.slack\.com|(?:[a-z]+\.)?discord(?:app)?\.com/api/webhooks|[a-z0-9-]+\.webhook\.office\.com|outlook\.office(?:365)?\.com/webhook|hooks\.zapier\.com/hooks|maker\.ifttt\.com/trigger/[^/\s]+/(?:with|json)|api\.telegram\.org|chat\.googleapis\.com/v1/spaces|[a-z0-9.-]+\.logic\.azure\.com[:0-9]*|events\.pagerduty\.com/integration|(?:[a-z0-9.-]+\.)?webhook\.site|oapi\.dingtalk\.com/robot|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot|qyapi\.weixin\.qq\.com/cgi-bin/webhook)/([^\s"'<>` + "`" + `]+)`)
	ownWebhook = regexp.MustCompile(`(?i)://[^\s"'<>/` + "`" + `]+/(?:[^\s"'<>` + "`" + `]*/)?[a-z_-]*hooks?[a-z0-9_-]{0,4}/([^\s"'<>` + "`" + `]*[a-z0-9_-]{20,}[^\s"'<>` + "`" + `]*)`)
)

func webhooks(text, lower string) []span {
	for _, hint := range []string{"hook", "ifttt", "telegram", "googleapis", "azure", "pagerduty", "dingtalk", "feishu", "larksuite", "weixin"} {
		if !strings.Contains(lower, hint) {
			continue
		}
		found := group(webhook, text)
		for _, s := range group(ownWebhook, text) {
			if strings.ContainsAny(text[s.from:s.to], "0123456789") {
				found = append(found, s)
			}
		}
		return found
	}
	return nil
}

// Options of commands. A name follows as in --db-password x or --token=x; short ones are those of tools that take a password.
var (
	option = regexp.MustCompile(`(?:^|[\s"'\[,])--?([A-Za-z][A-Za-z0-9_-]{1,64})(?:["']\s*,\s*|["']?\s+|=)`)
	short  = regexp.MustCompile(`\b(?:curl|wget|http|https)\b[^\n|;]*?\s(?:-u|--user|-U|--proxy-user)[\s=]*["']?([^\s"']+)|\b(?:mysql|mysqldump|mysqladmin|mariadb|mysqlimport)\b[^\n|;]*?\s-p["']?([^\s"']+)|\b(?:sshpass|docker login|podman login|helm registry login|az login|redis-cli|ldapsearch|smbclient)\b[^\n|;]*?\s(?:-p|-a|-P|-w)[\s=]*["']?([^\s"']+)`)
)

// mayHoldOption is a cheap look for a hyphen that an option can begin with.
func mayHoldOption(text string) bool {
	for at, rest := 0, text; ; {
		i := strings.IndexByte(rest, '-')
		if i < 0 {
			return false
		}
		at += i
		if at == 0 || strings.IndexByte(" \t\n\"'[,", text[at-1]) >= 0 {
			return true
		}
		at++
		rest = text[at:]
	}
}

func options(text, _ string) []span {
	if !mayHoldOption(text) {
		return nil
	}
	var found []span
	for _, at := range option.FindAllStringSubmatchIndex(text, -1) {
		if IsName(text[at[2]:at[3]]) && at[1] < len(text) && text[at[1]] != '-' {
			found = append(found, valueAt(text, at[1]))
		}
	}
	for _, at := range short.FindAllStringSubmatchIndex(text, -1) {
		for i := 2; i < len(at); i += 2 {
			if at[i] >= 0 {
				found = append(found, span{at[i], at[i+1]})
			}
		}
	}
	return found
}

// number is one that could be a payment card's; the check digit decides.
var number = regexp.MustCompile(`\b[3-6][0-9]{3}(?:[ -]?[0-9]{2,6}){2,4}\b`)

const leastDigits = 13 // of a card's number

// mayHoldCard is a cheap look for enough digits in a row, with blanks and hyphens between them.
func mayHoldCard(text string) bool {
	digits := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			if digits++; digits >= leastDigits {
				return true
			}
		case c != ' ' && c != '-':
			digits = 0
		}
	}
	return false
}

func cards(text, _ string) []span {
	if !mayHoldCard(text) {
		return nil
	}
	var found []span
	for _, s := range whole(number, text) {
		if isCard(text[s.from:s.to]) {
			found = append(found, s)
		}
	}
	return found
}

// isCard says whether digits with blanks and hyphens between them have the length and the check digit (ISO/IEC 7812-1,
// Luhn's formula) of a payment card's number.
func isCard(number string) bool {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(number)
	if len(digits) < leastDigits || len(digits) > 19 {
		return false
	}
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
