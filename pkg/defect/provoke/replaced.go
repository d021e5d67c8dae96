package provoke

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// Replaced is a JSON document in which the value at a place is another, or is missing where that is no JSON. Unlike bytes that were changed,
// it is JSON still, so that what reads it is reached and not only the decoder. Places are counted through the document, round and round;
// a document that is no JSON stays as it is.
func Replaced(document []byte, place int, value []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil {
		return document
	}
	var other any
	inner := json.NewDecoder(bytes.NewReader(value))
	inner.UseNumber()
	missing := inner.Decode(&other) != nil
	at := place % max(1, values(tree))
	written, err := json.Marshal(replaced(tree, &at, other, missing))
	if err != nil {
		return document
	}
	return written
}

// values counts the values of a tree, itself among them.
func values(tree any) int {
	count := 1
	switch node := tree.(type) {
	case map[string]any:
		for _, v := range node {
			count += values(v)
		}
	case []any:
		for _, v := range node {
			count += values(v)
		}
	}
	return count
}

// replaced walks a tree in a fixed order, and counts a place down until the value that is meant.
func replaced(tree any, place *int, other any, missing bool) any {
	*place--
	if *place == -1 {
		if missing {
			return nil
		}
		return other
	}
	switch node := tree.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			gone := missing && *place == 0
			node[key] = replaced(node[key], place, other, missing)
			if gone {
				delete(node, key)
			}
		}
	case []any:
		for i := range node {
			node[i] = replaced(node[i], place, other, missing)
		}
	}
	return tree
}
