package assistant

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/faultline-investigation/faultline/pkg/failure"
)

// Sizes of answers, in tokens.
const (
	usualTokens = 800
	leastTokens = 200
	mostTokens  = 8000
)

// Lengths of texts in answers, in runes.
const (
	longestName  = 200
	longestText  = 600  // a sentence
	longestLine  = 300  // a line of a log
	longestQuery = 6000 // longer than Prometheus' usual limit for an address
)

// sized is the size that a caller asks for.
func sized(asked int) (int, error) {
	switch {
	case asked == 0:
		return usualTokens, nil
	case asked < leastTokens || asked > mostTokens:
		return 0, failure.New(failure.Invalid, fmt.Sprintf("tokens is %d.", asked), fmt.Sprintf("Use a number from %d to %d, or leave it out for %d.", leastTokens, mostTokens, usualTokens))
	}
	return asked, nil
}

// tokens estimates how many tokens a text has for a language model, rather too many than too few: models count differently. A word
// counts one for each five letters begun, a number one for each two digits begun, and signs in a row one for each two begun; what is not
// ASCII counts two.
func tokens(text string) int {
	n, length, kind := 0, 0, space
	for _, r := range text {
		if k := kindOf(r); k != kind {
			n += costs(kind, length)
			length, kind = 0, k
		}
		length++
	}
	return n + costs(kind, length)
}

// kind is what a token can be made of.
type kind int

const (
	space kind = iota
	letter
	digit
	sign
	foreign
)

func kindOf(r rune) kind {
	switch {
	case r > unicode.MaxASCII:
		return foreign
	case unicode.IsLetter(r):
		return letter
	case unicode.IsDigit(r):
		return digit
	case unicode.IsSpace(r):
		return space
	}
	return sign
}

// costs is how many tokens so many runes of a kind in a row are.
func costs(k kind, length int) int {
	switch k {
	case letter:
		return (length + 4) / 5
	case digit, sign:
		return (length + 1) / 2
	case foreign:
		return 2 * length
	default:
		return length / 4 // indentation
	}
}

// tokensOf is the size of a value as JSON, and of the comma behind it.
func tokensOf(value any) int {
	text, err := written(value)
	if err != nil {
		return mostTokens + 1 // which fits nowhere
	}
	return tokens(text) + 1
}

// fitting gives those of the items that fit, in their order, with what is left of the size and how many do not fit.
func fitting[T any](size int, items []T) (fit []T, left, out int) {
	for _, item := range items {
		if cost := tokensOf(item); cost <= size {
			fit = append(fit, item)
			size -= cost
			continue
		}
		out++
	}
	return fit, size, out
}

// printable is a text in one line without what is invisible or moves other text, such as control characters, zero-width ones and
// those that turn the direction of writing; no longer than the given number of runes.
func printable(text string, longest int) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			space = n > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			n++
			space = false
		}
		if n >= longest {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
