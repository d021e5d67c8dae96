package httpapi

import (
	"bytes"
	"errors"
	"fmt"
)

const (
	deepestJSON = 100     // nested objects and lists; what stores answer has about ten
	fewObjects  = 10_000  // of which an answer may have any number, whatever its size
	leastObject = 16      // bytes of an object, on average, where there are more
	fewElements = 100_000 // elements of lists, likewise
	leastElem   = 4       // bytes
)

// isJSON says that a body begins as JSON does that stores answer with.
func isJSON(body []byte) bool {
	start := bytes.TrimLeft(body, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

var errNullElement = errors.New("an element of a list is null")

// endOfText is the place of the quote that ends the text which begins at a quote; the end of the body where there is none.
func endOfText(body []byte, start int) int {
	for i := start + 1; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(body)
}

// bounded looks at the shape of JSON before it is decoded. An object of two bytes becomes a hundred in memory, so that an answer within
// the size limit could become gigabytes; and what is nested deeply costs a stack. No store answers with lists that hold null, which
// decoders would take for something that is empty. It does not check the syntax.
func bounded(body []byte) error {
	depth, objects, elements := 0, 0, 0
	var within [deepestJSON + 1]byte // what was opened on each level
	for i := 0; i < len(body); i++ {
		switch c := body[i]; c {
		case '"':
			i = endOfText(body, i)
		case '{', '[':
			if c == '{' {
				objects++
			}
			if depth++; depth > deepestJSON {
				return fmt.Errorf("it is nested more than %d levels deep", deepestJSON)
			}
			within[depth] = c
		case '}', ']':
			depth = max(0, depth-1)
		case 'n':
			if within[depth] == '[' {
				return errNullElement
			}
		case ',':
			elements++
		}
	}
	if objects > fewObjects && objects > len(body)/leastObject || elements > fewElements && elements > len(body)/leastElem {
		return errors.New("it is made of far more, and far smaller, parts than its API answers with")
	}
	return nil
}
