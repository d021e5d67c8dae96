// Package recorded keeps the stores' answers in a file and gives them again: what a test or an old case rests on when
// the stores are gone or have forgotten.
//
// A recording is lines of JSON, compressed with gzip where the file's name ends in .gz, and with Zstandard where
// it ends in .zst. The first line says what it is:
//
//	{"recording": "faultline answers", "version": 1}
//
// Every further line is a source.Answer, the question in it as it was asked:
//
//	{"question": {"name": "rate", "kind": "instant", "text": "sum(up)", "window": {"from": "2026-01-02T10:00:00Z", "to": "2026-01-02T11:00:00Z"}},
//	 "dataSource": "metrics-1", "series": [{"points": [{"t": "2026-01-02T11:00:00Z", "v": 3}]}], "bytes": 112, "elapsed": 4200000}
//
// The question's step and the answer's elapsed are nanoseconds, as are the durations of traces and spans. Where a store
// gave no answer, "problem" holds its kind, signal, sentence and advice. Lines stand in the order in which answers came.
//
// An answer belongs to its question's kind, text, window, step and limit, whatever the question is called. Windows are
// absolute: who replays a run gives it the window of the recorded one.
package recorded
