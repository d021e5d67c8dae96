package resource

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	return b.decoded(w, b.limited(w, r), into)
}

// limited is the content of a request, and an error behind the most that it may send.
func (b body) limited(w http.ResponseWriter, r *http.Request) io.Reader {
	content := r.Body
	if content == nil { // a request that came over the plugin protocol without one
		content = http.NoBody
	}
	return http.MaxBytesReader(w, content, b.most)
}

// whole reads a request of whatever content; when it cannot, it has refused.
func (b body) whole(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	content, err := io.ReadAll(b.limited(w, r))
	if err != nil {
		b.refuse(w, err)
	}
	return content, err == nil
}

func (b body) decoded(w http.ResponseWriter, content io.Reader, into any) bool {
	decoder := json.NewDecoder(content)
	if b.known {
		decoder.DisallowUnknownFields()
	}
	err := decoder.Decode(into)
	if err != nil {
		b.refuse(w, err)
	}
	return err == nil
}

func (b body) refuse(w http.ResponseWriter, err error) {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("The request has more than %d KiB.", b.most>>10), b.smaller)
		return
	}
	refuse(w, http.StatusBadRequest, fmt.Sprintf("The request is not %s: %s.", b.what, err), b.advice)
}
