package logpattern

import (
	"sort"
	"strings"
)

const (
	mostTokens = 60 // of a message; what follows is left out
	hexDigits  = 8  // letters and digits from which a hexadecimal word is an id
)

// Tokens splits a message into words, with what differs from line to line masked: numbers with and without units, dates,
// durations, addresses, hexadecimal ids, UUIDs, names with a number in them. "user=42" gives two tokens, "user=" and Any.
func Tokens(message string) []string {
	tokens := make([]string, 0, 16)
	for _, field := range strings.Fields(message) {
		for field != "" && len(tokens) < mostTokens {
			end := strings.IndexByte(field, '=') + 1
			if end == 0 {
				end = len(field)
			}
			tokens = append(tokens, mask(field[:end]))
			field = field[end:]
		}
	}
	return tokens
}

// Of is what a message has in common with others of its kind, with Any for what differs.
func Of(message string) string { return joined(Tokens(message)) }

// joined writes tokens as a line; what follows an equals sign stands right behind it.
func joined(tokens []string) string {
	var text strings.Builder
	for i, token := range tokens {
		if i > 0 && !strings.HasSuffix(tokens[i-1], "=") {
			text.WriteByte(' ')
		}
		text.WriteString(token)
	}
	return text.String()
}

// mask replaces the varying pieces of a token. Pieces that only punctuation separates, as in a date or an address, are
// one.
func mask(token string) string {
	if !strings.ContainsAny(token, "0123456789@") {
		return token
	}
	var out strings.Builder
	separator := 0 // where the punctuation since the last piece begins
	masked := false
	for i := 0; i < len(token); {
		if !inPiece(token[i]) {
			i++
			continue
		}
		from := i
		for i < len(token) && inPiece(token[i]) {
			i++
		}
		varies := variable(token[from:i])
		if varies && masked && !strings.ContainsAny(token[separator:from], `"'=()[]{}`) {
			separator = i
			continue // it goes on what was masked before
		}
		out.WriteString(token[separator:from])
		if varies {
			out.WriteString(Any)
		} else {
			out.WriteString(token[from:i])
		}
		separator, masked = i, varies
	}
	out.WriteString(token[separator:])
	return out.String()
}

func inPiece(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' ||
		c == '_' || c == '-' || c == '.' || c == '+' || c == '%' || c == '$' || c == '@' || c >= 0x80
}

// variable says whether a piece is likely to differ from line to line: it starts with a digit, holds two digits or more, is
// a long hexadecimal number, or an e-mail address. A single digit at the end of a word, as in "http2", is part of a name.
func variable(piece string) bool {
	bare := strings.Trim(piece, "+-$.%")
	if bare == "" {
		return false
	}
	digits, hexadecimal := 0, true
	for i := range len(bare) {
		c := bare[i]
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '@':
			return true
		case c >= 'a' && c <= 'f', c >= 'A' && c <= 'F', c == '-':
		default:
			hexadecimal = false
		}
	}
	return bare[0] >= '0' && bare[0] <= '9' || digits >= 2 || digits > 0 && hexadecimal && len(bare) >= hexDigits
}

// maskedLine is what lines that differ only in masked parts have in common.
type maskedLine struct {
	service, level string
	tokens         []string
	key            string
}

// maskedSet is the distinct masked lines in a fixed order, and for each line which of them it is.
type maskedSet struct {
	distinct []maskedLine
	of       []int
}

func maskedLines(lines []Line) maskedSet {
	known, all := map[string]int{}, []maskedLine{}
	of := make([]int, len(lines))
	for i, l := range lines {
		message, level := parse(l.Line, l.Whole)
		tokens := Tokens(message)
		key := l.Service + "\x00" + level + "\x00" + strings.Join(tokens, "\x01")
		place, seen := known[key]
		if !seen {
			place = len(all)
			known[key] = place
			all = append(all, maskedLine{l.Service, level, tokens, key})
		}
		of[i] = place
	}
	order, place := make([]int, len(all)), make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return all[order[a]].key < all[order[b]].key })
	set := maskedSet{distinct: make([]maskedLine, len(all)), of: of}
	for to, from := range order {
		set.distinct[to], place[from] = all[from], to
	}
	for i, old := range of {
		of[i] = place[old]
	}
	return set
}
