package soak

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// failing answers as stores do that fail in every way, and now and then with nothing found.
func failing(seed uint64) http.Handler {
	var asked atomic.Uint64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		random := rand.New(rand.NewPCG(seed, asked.Add(1))) // #nosec G404 -- a soak has to be random, not secret
		switch random.IntN(9) {
		case 0:
			http.Error(w, "internal error", http.StatusInternalServerError)
		case 1:
			http.Error(w, "too many outstanding requests", http.StatusTooManyRequests)
		case 2:
			_, _ = w.Write([]byte("<html>log in</html>"))
		case 3:
			_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"vector","result":[null`))
		case 4:
			for n := 0; n < 4<<10 && r.Context().Err() == nil; n++ {
				_, _ = w.Write([]byte(strings.Repeat(" ", 1<<10)))
			}
		case 5:
			select {
			case <-r.Context().Done():
			case <-time.After(time.Duration(random.IntN(1000)) * time.Millisecond):
			}
		case 6:
			_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1e15,"1"]}]}}`))
		case 7:
			panic(http.ErrAbortHandler)
		default:
			_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"vector","result":[]},"traces":[],"metrics":{}}`))
		}
	})
}
