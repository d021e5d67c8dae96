package cluster

import (
	"fmt"
	"slices"
	"strings"
)

// Named writes an object with its namespace, where it has one.
func Named(object, namespace string) string {
	if namespace == "" {
		return object
	}
	return fmt.Sprintf("%s (%s)", object, namespace)
}

// Quotes says whether a text holds a name as a word of its own: not as a part of a longer name.
func Quotes(text, name string) bool {
	for rest := text; name != ""; {
		at := strings.Index(rest, name)
		if at < 0 {
			return false
		}
		end := at + len(name)
		if (at == 0 || !partOfName(rest[at-1])) && (end == len(rest) || !partOfName(rest[end])) {
			return true
		}
		rest = rest[at+1:]
	}
	return false
}

func partOfName(b byte) bool {
	return b == '-' || b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// NamedAfter says whether an object bears a workload's name as a part of its own: "restrict-web" and "web".
func NamedAfter(object, workload string) bool {
	const enough = 3
	return len(workload) >= enough && slices.Contains(parts(object), workload) || object != workload && strings.HasPrefix(object, workload+"-") ||
		strings.HasSuffix(object, "-"+workload)
}

func parts(object string) []string {
	return strings.FieldsFunc(object, func(r rune) bool { return r == '-' || r == '.' || r == '_' })
}
