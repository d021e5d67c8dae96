package convention

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// CallFailure is the way in which a client's call failed, as the client tells it.
type CallFailure string

// The ways. What a callee answers to a bad request, such as an error in a statement, is none of them.
const (
	PoolEmpty   CallFailure = "no connection of the caller's own pool is free"
	Unresolved  CallFailure = "the name does not resolve"
	Untrusted   CallFailure = "TLS fails"
	Unwelcome   CallFailure = "the credentials are refused"
	Crowded     CallFailure = "it accepts no more connections"
	Unready     CallFailure = "it is up and cannot serve"
	Refused     CallFailure = "the connection is refused"
	CutOff      CallFailure = "the connection is cut off"
	Unreachable CallFailure = "it cannot be reached"
	Throttled   CallFailure = "it refuses so many requests"
	Broken      CallFailure = "it answers with an error of its own"
	TimedOut    CallFailure = "it does not answer in time"
)

// LiesAtCallee says whether a failure is one of which the callee, or the way to it, is more likely the reason than the caller.
func (f CallFailure) LiesAtCallee() bool {
	switch f {
	case Crowded, Unready, Refused, CutOff, Unreachable, Throttled, Broken, TimedOut:
		return true
	case PoolEmpty, Unresolved, Untrusted, Unwelcome:
	}
	return false
}

// callFailures are the words of drivers, clients and servers, the most telling first: what cannot be reached also times out.
var callFailures = []struct {
	is    CallFailure
	words *regexp.Regexp
}{
	{PoolEmpty, regexp.MustCompile(`(?i)(?:hikari|queue|connection) ?pool(?:-\d+)? .*(?:not available|limit|exhausted|timed? ?out|timeout)|pool (?:is )?exhausted|timeout (?:exceeded )?(?:when trying|trying) to (?:connect|acquire)|` +
		`acquir\w+ (?:a )?connection from (?:the )?pool|could not get a resource from the pool|no connection available in pool|resourcerequest timed out`)},
	{Unresolved, regexp.MustCompile(`(?i)no such host|enotfound|eai_(?:again|noname|nodata)|(?:name or service|nodename nor servname|hostname nor servname)[^.]* not known|unknown ?host|could not (?:resolve|translate) host|` +
		`name resolution|nxdomain|name does not resolve|failed to resolve|no address associated|dns (?:resolution|lookup|error)|server misbehaving`)},
	{Untrusted, regexp.MustCompile(`(?i)x509|pkix|certificate|cert_|tls:|tls handshake|ssl (?:handshake|routines|error|alert)|sslhandshake|wrong version number|unknown ca\b`)},
	{Unwelcome, regexp.MustCompile(`(?i)password authentication failed|access denied for user|login failed for user|wrongpass|noauth|ora-01017|invalid (?:username|password|credentials)|no pg_hba\.conf entry|` +
		`sasl\S* authentication (?:failed|exception)|authentication (?:failed|failure)|(?:sqlstate|error)\W*28(?:p01|000)|role "[^"]+" does not exist|not permitted to log in|access_refused`)},
	{Crowded, regexp.MustCompile(`(?i)too many (?:clients|connections)|remaining connection slots|max number of clients reached|max_user_connections|ora-(?:00018|12516|12519|12520)|er_con_count|connection limit exceeded|\b53300\b`)},
	{Unready, regexp.MustCompile(`(?i)the database system is (?:starting up|shutting down|in recovery|not (?:yet )?accepting)|loading (?:redis is )?(?:loading )?the dataset|clusterdown|masterdown|misconf redis|readonly you can't write|` +
		`\bnot ?(?:master|primary|writable ?primary)\b|notwritableprimary|no (?:primary|leader|master|suitable servers|reachable servers|brokers? available|available brokers?)|leader not available|not_?leader|leader_not_available|` +
		`not_?enough_?replicas|broker (?:\S+ )?(?:is )?not available|all brokers (?:are )?down|server selection (?:error|timed? ?out|timeout)|could not extend file|no space left on device|disk (?:is )?full|` +
		`oom command not allowed|read[- ]only (?:file system|transaction|option)|--read-only|cluster_block_exception|all shards failed|nohostavailable|unavailableexception|cannot achieve consistency|` +
		`terminating connection due to administrator command|in a read-only mode`)},
	{Refused, regexp.MustCompile(`(?i)connection(?: was)? refused|econnrefused|actively refused|connect(?:ion)? failed: 111|no healthy upstream|no endpoints available|errno 111\b|connectionrefused`)},
	{Unreachable, regexp.MustCompile(`(?i)no route to host|ehostunreach|enetunreach|network is unreachable|host is (?:unreachable|down)|noroutetohost|failed to connect to all addresses`)},
	{CutOff, regexp.MustCompile(`(?i)connection(?: was)? (?:reset|closed|aborted|lost|terminated)|econnreset|econnaborted|epipe|broken pipe|unexpected eof|\beof\b|socket hang ?up|server closed the connection|` +
		`has gone away|lost connection to|prematurely|remote end closed|goaway|transport is closing|connection_? ?forcibly|upstream connect error`)},
	{TimedOut, regexp.MustCompile(`(?i)time[d ]{0,2} ?out|etimedout|deadline[_ ]?exceeded|request canceled while waiting`)},
}

// Said is what the client says of its failed call; empty where it says nothing.
func Said(s incident.Span) string {
	texts := said(s)
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

func said(s incident.Span) []string {
	texts := []string{s.Attributes["error.message"], s.Attributes["exception.message"]}
	for _, e := range s.Events {
		texts = append(texts, e.Attributes["exception.message"], e.Attributes["error.message"])
	}
	texts = append(texts, s.StatusMessage, s.Attributes["error.type"], s.Attributes["exception.type"])
	for _, e := range s.Events {
		texts = append(texts, e.Attributes["exception.type"])
	}
	var kept []string
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// FailureOf is how a client's call failed; empty where its span does not tell, or where the callee answered it.
func FailureOf(s incident.Span) CallFailure {
	texts := said(s)
	for _, k := range callFailures {
		for _, text := range texts {
			if k.words.MatchString(text) {
				return k.is
			}
		}
	}
	for _, name := range []string{"http.response.status_code", "http.status_code"} {
		switch code, err := strconv.Atoi(s.Attributes[name]); {
		case err != nil:
		case code == 429:
			return Throttled
		case code == 504:
			return TimedOut
		case code >= 500:
			return Broken
		}
	}
	switch s.Attributes["rpc.grpc.status_code"] {
	case "14":
		return Unreachable
	case "4":
		return TimedOut
	case "8":
		return Throttled
	}
	return ""
}
