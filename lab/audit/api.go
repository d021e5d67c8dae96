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

// api asks one store. What it has answered it remembers, since many numbers are read from the same samples, traces and lines.
type api struct {
	base  string
	user  *url.Userinfo
	known map[string][]byte
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
	return &api{base: strings.TrimRight(u.String(), "/"), user: user, known: map[string][]byte{}}, nil
}

// get asks for JSON, once.
func (a *api) get(ctx context.Context, path string, values url.Values, into any) error {
	if a.base == "" {
		return errNoStore
	}
	asked := path + "?" + values.Encode()
	answer, known := a.known[asked]
	if !known {
		var err error
		if answer, err = a.fetch(ctx, asked); err != nil {
			return err
		}
		a.known[asked] = answer
	}
	return json.Unmarshal(answer, into)
}

// forget has the store asked anew.
func (a *api) forget() { clear(a.known) }

func (a *api) fetch(ctx context.Context, asked string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+asked, http.NoBody)
	if err != nil {
		return nil, err
	}
	if a.user != nil {
		password, _ := a.user.Password()
		req.SetBasicAuth(a.user.Username(), password)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 300))
		return nil, fmt.Errorf("status %d: %s", resp.StatusCode, strings.TrimSpace(string(said)))
	}
	return io.ReadAll(resp.Body)
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

func unixText(at time.Time) string {
	return strconv.FormatFloat(float64(at.UnixMilli())/1e3, 'f', 3, 64)
}
