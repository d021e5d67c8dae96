// Package secrets finds secrets in texts and replaces each as a whole: by what they look like, by the name that stands before
// them, and by where they stand in an address, a header, a command line or a document. It is pure.
//
// It rather masks a word too much than half a secret. What a provider's keys look like is generated from the rules of Gitleaks;
// see tools/secretpatterns.
package secrets

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:generate go -C ../../../tools/secretpatterns run . ../../pkg/casebook/secrets/providers_gen.go

// Masked stands where a secret was.
const Masked = "[masked]"

// span is a part of a text that is to be replaced, in bytes.
type span struct{ from, to int }

// finder finds secrets of one kind in a text. lower is the text in lower case where that has the same length, and else the text.
type finder func(text, lower string) []span

func finders() []finder {
	return []finder{blocks, elements, headers, addresses, databases, webhooks, known, options, pairs, values, cards}
}

// Mask gives the text without its secrets, and how many there were. What is masked already stays as it is.
func Mask(text string) (string, int) {
	if len(text) < len("a=b") {
		return text, 0
	}
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		lower = text
	}
	var found []span
	for _, find := range finders() {
		found = append(found, find(text, lower)...)
	}
	if len(found) == 0 {
		return text, 0
	}
	return replace(text, joined(text, found))
}

// joined orders spans, and makes one of those that overlap. Spans that hold nothing but a mask are left out.
func joined(text string, found []span) []span {
	slices.SortFunc(found, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	var all []span
	for _, s := range found {
		if s.from >= s.to || strings.Trim(text[s.from:s.to], `"'\[]`) == strings.Trim(Masked, "[]") {
			continue
		}
		if n := len(all); n > 0 && s.from < all[n-1].to {
			all[n-1].to = max(all[n-1].to, s.to)
			continue
		}
		all = append(all, s)
	}
	return all
}

func replace(text string, all []span) (string, int) {
	var masked strings.Builder
	at, count := 0, 0
	for _, s := range all {
		masked.WriteString(text[at:s.from])
		masked.WriteString(Masked)
		at = s.to
		count++
	}
	masked.WriteString(text[at:])
	return masked.String(), count
}

// provider is a kind of secret by its shape.
type provider struct {
	name    string
	pattern func() *regexp.Regexp
	group   int
	hints   []string // in lower case; a text without any of them is not looked at
}

// lazily compiles a pattern once it is needed: there are many, and most texts hint at none of them.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// credentials are those of HTTP. A word behind "basic" may just be the next word of a sentence.
const credentials = "credentials"

func isPlainWord(text string) bool {
	return len(text) < 20 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz.") == ""
}

// more are kinds of secret that the generated list lacks, or knows in their newest shape alone.
var more = []provider{
	{name: "jwt", pattern: lazily(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?`), hints: []string{"eyj"}},
	{name: "github", pattern: lazily(`\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}`), hints: []string{"gh", "github_pat_"}},
	{name: "gitlab", pattern: lazily(`\bgl(?:pat|dt|rt|ft|ptt|cbt|agent|oas|soat|imt|ffct)-[A-Za-z0-9_-]{16,}`), hints: []string{"gl"}},
	{name: "grafana", pattern: lazily(`\bgl(?:sa|c)_[A-Za-z0-9_=+/-]{16,}`), hints: []string{"glsa_", "glc_"}},
	{name: "slack", pattern: lazily(`\bxox[abeoprs]-[A-Za-z0-9-]{8,}|\bxapp-[A-Za-z0-9-]{8,}`), hints: []string{"xox", "xapp"}},
	{name: "google", pattern: lazily(`\bAIza[A-Za-z0-9_-]{30,}|\bya29\.[A-Za-z0-9_-]{20,}|\bGOCSPX-[A-Za-z0-9_-]{20,}|\b1//0[A-Za-z0-9_-]{30,}`), hints: []string{"aiza", "ya29.", "gocspx-", "1//0"}},
	{name: "payments", pattern: lazily(`\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{8,}|\bwhsec_[A-Za-z0-9+/=]{8,}|\bsq0(?:atp|csp)-[A-Za-z0-9_-]{20,}|\baccess_token\$(?:production|sandbox)\$[a-z0-9$]{20,}`), hints: []string{"_live_", "_test_", "whsec_", "sq0", "access_token$"}},
	{name: "language models", pattern: lazily(`\bsk-[A-Za-z0-9_-]{20,}|\bgsk_[A-Za-z0-9]{20,}|\br8_[A-Za-z0-9]{30,}`), hints: []string{"sk-", "gsk_", "r8_"}},
	{name: "sourcegraph", pattern: lazily(`\bsgp_[A-Za-z0-9_]{40,}`), hints: []string{"sgp_"}},
	{name: "docker", pattern: lazily(`\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}`), hints: []string{"dckr_"}},
	{name: "telegram", pattern: lazily(`\b(?:bot)?[0-9]{8,10}:AA[A-Za-z0-9_-]{30,}`), hints: []string{":aa"}},
	{name: "discord", pattern: lazily(`\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}`), hints: []string{"discord", "bot"}},
	{name: "supabase, tailscale, fly, vercel", pattern: lazily(`\b(?:sbp_[a-f0-9]{40}|tskey-[a-z]+-[A-Za-z0-9-]{16,}|fo1_[A-Za-z0-9_-]{40,}|vc[a-z]_[A-Za-z0-9]{20,})`), hints: []string{"sbp_", "tskey-", "fo1_", "vc"}},
	{name: "vault", pattern: lazily(`\bhv[sbr]\.[A-Za-z0-9_-]{20,}`), hints: []string{"hvs.", "hvb.", "hvr."}},
	{name: "mailgun, mailchimp", pattern: lazily(`\bkey-[a-f0-9]{32}\b|\b[a-f0-9]{32}-us[0-9]{1,2}\b`), hints: []string{"key-", "-us"}},
	{name: "azure", pattern: lazily(`\b[A-Za-z0-9+/]{86}==`), hints: []string{"=="}},
	{name: "new relic, datadog", pattern: lazily(`\bNRAK-[A-Z0-9]{27}|\bNRI[IQ]-[A-Za-z0-9_-]{20,}|\bdd(?:app|api)_[A-Za-z0-9]{30,}`), hints: []string{"nrak-", "nrii-", "nriq-", "ddapp_", "ddapi_"}},
	{name: "crypt hash", pattern: lazily(`\$(?:2[abxy]|5|6|y|argon2(?:id|i|d)|apr1|1)\$[A-Za-z0-9./$=,+-]{20,}`), hints: []string{"$2", "$5", "$6", "$y", "$a", "$1"}},
	// HTTP's credentials, wherever no name stands before them.
	{name: credentials, pattern: lazily(`(?i)\b(?:bearer|basic|digest|negotiate|ntlm)\s+([A-Za-z0-9._~+/=-]{8,})`), group: 1, hints: []string{"bearer", "basic", "digest", "negotiate", "ntlm"}},
}

// known finds secrets by their shape.
func known(text, lower string) []span {
	var found []span
	for _, p := range hinted(lower) {
		for _, at := range p.pattern().FindAllStringSubmatchIndex(text, -1) {
			from, to := at[2*p.group], at[2*p.group+1]
			if from >= 0 && (p.name != credentials || !isPlainWord(text[from:to])) {
				found = append(found, span{from, wholeToken(text, to)})
			}
		}
	}
	return found
}

// wholeToken moves the end of a token behind all its characters: patterns that count them would leave the rest of a longer one.
func wholeToken(text string, end int) int {
	for end < len(text) && (isWord(text[end]) || text[end] == '-' || text[end] == '=' || text[end] == '+') {
		end++
	}
	return end
}

func isWord(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}
