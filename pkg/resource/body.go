package resource

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// body is what a request may send.
type body struct {
	most    int64  // bytes
	known   bool   // refuse what is not known, instead of leaving it out
	what    string // that the request is not, where it cannot be read
	advice  string // for a request that cannot be read
	smaller string // advice for one that is too large
}

// read reads the JSON of a request; when it cannot, it has refused.
func (b body) read(w http.ResponseWriter, r *http.Request, into any) bool {
	content := r.Body
	if content == nil { // a request that came over the plugin protocol without one
		content = http.NoBody
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, content, b.most))
	if b.known {
		decoder.DisallowUnknownFields()
	}
	err := decoder.Decode(into)
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return true
	case errors.As(err, &large):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("The request has more than %d KiB.", b.most>>10), b.smaller)
	default:
		refuse(w, http.StatusBadRequest, fmt.Sprintf("The request is not %s: %s.", b.what, err), b.advice)
	}
	return false
}
