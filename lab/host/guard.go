package host

import (
	"net"
	"net/http"
	"net/url"
	"slices"
)

// ownNames are how a browser on this machine may call the page. Any other name belongs to somebody else's page, whose
// name has been made to point here.
var ownNames = []string{"localhost", "127.0.0.1", "::1"}

// guarded refuses requests that another site has sent a browser with.
func guarded(port string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isOwn(r.Host, port) {
			refuse(w, http.StatusMisdirectedRequest, "This server answers at http://localhost:"+port+" only.")
			return
		}
		if origin := r.Header.Get("Origin"); origin != "" && !isOwnOrigin(origin, port) {
			refuse(w, http.StatusForbidden, "Requests from other sites are not answered.")
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("X-Frame-Options", "DENY")
		next.ServeHTTP(w, r)
	})
}

func isOwnOrigin(origin string, port string) bool {
	parsed, err := url.Parse(origin)
	return err == nil && parsed.Scheme == "http" && isOwn(parsed.Host, port)
}

func isOwn(hostport string, port string) bool {
	name, number, err := net.SplitHostPort(hostport)
	return err == nil && number == port && slices.Contains(ownNames, name)
}
