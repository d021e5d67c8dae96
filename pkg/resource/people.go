package resource

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

// role is a basic role of Grafana; a greater one may do more.
type role int

const (
	nobody role = iota
	viewer
	editor
	admin
)

// String is what Grafana calls the role.
func (r role) String() string { return [...]string{"None", "Viewer", "Editor", "Admin"}[r] }

// roleOf is the role of whoever sent a request; a request that nobody sent, such as an alert rule's, may do nothing here.
func roleOf(user *backend.User) role {
	if user == nil {
		return nobody
	}
	return map[string]role{"Viewer": viewer, "Editor": editor, "Admin": admin}[user.Role]
}

// allowed says whether whoever sent a request has the role; else it has refused.
func allowed(w http.ResponseWriter, r *http.Request, least role) bool {
	if roleOf(backend.PluginConfigFromContext(r.Context()).User) >= least {
		return true
	}
	refuse(w, http.StatusForbidden, fmt.Sprintf("This needs the role %s in this organization.", least), "Ask an administrator for it, or a colleague who has it to do this.")
	return false
}

// authorOf is whoever sent a request, as logs of cases show them. Nobody can be taken for Faultline, whose entries have an author
// without a login.
func authorOf(r *http.Request) incident.Author {
	user := backend.PluginConfigFromContext(r.Context()).User
	if user == nil {
		return incident.Author{Login: "anonymous", Name: "User without a login"}
	}
	login := cmp.Or(user.Login, user.Email, "anonymous")
	name := cmp.Or(strings.TrimSpace(user.Name), login)
	if looksLike(name, incident.Itself().Name) {
		name = fmt.Sprintf("%s (user %s)", name, login)
	}
	return incident.Author{Login: login, Name: name}
}

// looksLike says whether two names read the same to somebody who does not look closely.
func looksLike(name, other string) bool {
	letters := func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}
	return strings.HasPrefix(strings.Map(letters, name), strings.Map(letters, other))
}
