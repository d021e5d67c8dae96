package host

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// panelRequest is the body of POST /api/ds/query: times in ms since 1970, as text.
type panelRequest struct {
	From    string            `json:"from"`
	To      string            `json:"to"`
	Queries []json.RawMessage `json:"queries"`
}

// panelQuery is what every query says beside what its data source makes of it.
type panelQuery struct {
	RefID         string `json:"refId"`
	QueryType     string `json:"queryType"`
	MaxDataPoints int64  `json:"maxDataPoints"`
	IntervalMs    int64  `json:"intervalMs"`
	DataSource    struct {
		UID string `json:"uid"`
	} `json:"datasource"`
}

// query answers what a dashboard's panel asks. All queries go to the data source of the first.
func (s *site) query(w http.ResponseWriter, r *http.Request) {
	var asked panelRequest
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, largestBody)).Decode(&asked); err != nil {
		refuse(w, http.StatusBadRequest, "The request cannot be read: "+err.Error())
		return
	}
	times, err := timeRange(asked)
	if err != nil || len(asked.Queries) == 0 {
		refuse(w, http.StatusBadRequest, "A query needs from and to, in milliseconds since 1970, and at least one entry in queries.")
		return
	}
	var uid string
	queries := make([]backend.DataQuery, 0, len(asked.Queries))
	for _, raw := range asked.Queries {
		var q panelQuery
		if err := json.Unmarshal(raw, &q); err != nil {
			refuse(w, http.StatusBadRequest, "A query cannot be read: "+err.Error())
			return
		}
		if uid == "" {
			uid = q.DataSource.UID
		}
		queries = append(queries, backend.DataQuery{RefID: q.RefID, QueryType: q.QueryType, MaxDataPoints: q.MaxDataPoints,
			Interval: time.Duration(q.IntervalMs) * time.Millisecond, TimeRange: times, JSON: raw})
	}
	i, found := s.instance(w, uid)
	if !found {
		return
	}
	result, err := i.Query(r.Context(), i.Instance, queries...)
	if err != nil {
		refuse(w, http.StatusBadGateway, "The backend did not answer: "+err.Error())
		return
	}
	answer(w, http.StatusOK, result)
}

// health is what Save & test asks for.
func (s *site) health(w http.ResponseWriter, r *http.Request) {
	i, found := s.instance(w, r.PathValue("uid"))
	if !found {
		return
	}
	result, err := i.CheckHealth(r.Context(), i.Instance)
	if err != nil {
		refuse(w, http.StatusBadGateway, "The backend did not answer: "+err.Error())
		return
	}
	status := http.StatusOK
	if result.Status != backend.HealthStatusOk {
		status = http.StatusBadRequest
	}
	answer(w, status, map[string]any{"status": result.Status.String(), "message": result.Message, "details": json.RawMessage(orEmpty(result.JSONDetails))})
}

func orEmpty(details []byte) []byte {
	if len(details) == 0 {
		return []byte("{}")
	}
	return details
}

func timeRange(asked panelRequest) (backend.TimeRange, error) {
	from, err := strconv.ParseInt(asked.From, 10, 64)
	if err != nil {
		return backend.TimeRange{}, err
	}
	to, err := strconv.ParseInt(asked.To, 10, 64)
	return backend.TimeRange{From: time.UnixMilli(from), To: time.UnixMilli(to)}, err
}
