package incident

// Read is what stores say that they read to answer: what a query costs them, which the size of its answer does not show. Zero where a
// store says nothing of it.
type Read struct {
	Samples    int64 `json:"samples,omitempty"`    // of metrics, as Prometheus counts them (totalQueryableSamples)
	LogBytes   int64 `json:"logBytes,omitempty"`   // decompressed, as Loki counts them (totalBytesProcessed)
	TraceBytes int64 `json:"traceBytes,omitempty"` // as Tempo counts them for searches (inspectedBytes)
}

// And adds up what several answers took.
func (r Read) And(other Read) Read {
	return Read{r.Samples + other.Samples, r.LogBytes + other.LogBytes, r.TraceBytes + other.TraceBytes}
}
