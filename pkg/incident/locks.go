package incident

import "time"

// Locks is what is known of a lock that the failing statement waits for.
type Locks struct {
	// Said are the words with which the database said that the statement waited for a lock; empty where it said nothing of it, and the
	// statement is slow.
	Said     string       `json:"said,omitempty"`
	Service  string       `json:"service"`            // whose statement it is
	Database string       `json:"database,omitempty"` // the host of the database, where the statement's span names it
	Table    string       `json:"table,omitempty"`    // that the statement is for, as far as is known
	Holders  []LockHolder `json:"holders"`            // who says that it took a lock before the onset: first who names the table, then the latest
}

// LockHolder is who wrote of a lock that it took.
type LockHolder struct {
	Service string    `json:"service"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`            // of its line
	Table   bool      `json:"table,omitempty"` // it names the table that the failing statement is for
}
