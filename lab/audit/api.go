package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// api asks one store.
type api struct {
	base string
	user *url.Userinfo
}

var errNoStore = errors.New("no such store is given")

func newAPI(address string) (*api, error) {
	if address == "" {
		return &api{}, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", address, err)
	}
	user := u.User
	u.User = nil
	return &api{base: strings.TrimRight(u.String(), "/"), user: user}, nil
}

// get asks for JSON.
func (a *api) get(ctx context.Context, path string, values url.Values, into any) error {
	if a.base == "" {
		return errNoStore
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+path+"?"+values.Encode(), http.NoBody)
	if err != nil {
		return err
	}
	if a.user != nil {
		password, _ := a.user.Password()
		req.SetBasicAuth(a.user.Username(), password)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 300))
		return fmt.Errorf("status %d: %s", resp.StatusCode, strings.TrimSpace(string(said)))
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

// sample is one number at one time.
type sample struct {
	at    time.Time
	value float64
}

// UnmarshalJSON reads [seconds, "number"].
func (s *sample) UnmarshalJSON(raw []byte) error {
	var pair [2]json.RawMessage
	if err := json.Unmarshal(raw, &pair); err != nil {
		return err
	}
	seconds, err := strconv.ParseFloat(strings.Trim(string(pair[0]), `"`), 64)
	if err != nil {
		return err
	}
	s.at = time.UnixMilli(int64(seconds * 1e3)).UTC()
	s.value, err = strconv.ParseFloat(strings.Trim(string(pair[1]), `"`), 64)
	return err
}

// series is one line of samples, oldest first.
type series struct {
	Metric map[string]string `json:"metric"`
	Values []sample          `json:"values"`
	Value  *sample           `json:"value"`
}

type queryAnswer struct {
	Data struct {
		Result []series `json:"result"`
	} `json:"data"`
}

// raw are the samples themselves of a selection in a window, as they were written.
func (a *api) raw(ctx context.Context, selection string, from, to time.Time) ([]series, error) {
	var answer queryAnswer
	err := a.get(ctx, "/api/v1/query", url.Values{"query": {fmt.Sprintf("%s[%ds]", selection, int(to.Sub(from).Seconds()))}, "time": {unixText(to)}}, &answer)
	return answer.Data.Result, err
}

// lines is how many lines a LogQL selection has in a window.
func (a *api) lines(ctx context.Context, selection string, from, to time.Time) (float64, error) {
	var answer queryAnswer
	query := fmt.Sprintf("sum(count_over_time(%s [%ds]))", selection, int(to.Sub(from).Seconds()))
	if err := a.get(ctx, "/loki/api/v1/query", url.Values{"query": {query}, "time": {strconv.FormatInt(to.UnixNano(), 10)}}, &answer); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, s := range answer.Data.Result {
		if s.Value != nil {
			sum += s.Value.value
		}
	}
	return sum, nil
}

const (
	tracesAtOnce = 500
	mostSearches = 60 // for one count
)

// traces are the ids of all traces that a TraceQL query finds in a window. Where a search brings as many as it may, both halves of
// its time are searched.
func (a *api) traces(ctx context.Context, query string, from, to time.Time) (map[string]bool, error) {
	found, searches := map[string]bool{}, 0
	var search func(from, to int64) error
	search = func(from, to int64) error {
		if searches++; searches > mostSearches {
			return fmt.Errorf("there are too many traces to count: more than %d searches", mostSearches)
		}
		var answer struct {
			Traces []struct {
				TraceID string `json:"traceID"`
				Start   string `json:"startTimeUnixNano"`
			} `json:"traces"`
		}
		values := url.Values{"q": {query}, "start": {strconv.FormatInt(from, 10)}, "end": {strconv.FormatInt(to, 10)}, "limit": {strconv.Itoa(tracesAtOnce)}}
		if err := a.get(ctx, "/api/search", values, &answer); err != nil {
			return err
		}
		if len(answer.Traces) >= tracesAtOnce && to-from > 1 {
			if err := search(from, (from+to)/2); err != nil {
				return err
			}
			return search((from+to)/2, to)
		}
		for _, t := range answer.Traces {
			nanos, err := strconv.ParseInt(t.Start, 10, 64)
			if err == nil && nanos/1e9 >= from && nanos/1e9 < to {
				found[strings.TrimLeft(t.TraceID, "0")] = true
			}
		}
		return nil
	}
	return found, search(from.Unix(), to.Unix())
}

func unixText(at time.Time) string {
	return strconv.FormatFloat(float64(at.UnixMilli())/1e3, 'f', 3, 64)
}
