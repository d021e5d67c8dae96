// Package memory keeps cases in the process, where no Grafana is at hand to keep them: in the lab's host page. They are
// gone when the process ends.
package memory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/faultline-investigation/faultline/pkg/casebook"
	"github.com/faultline-investigation/faultline/pkg/incident"
)

// Store is a casebook.Store. Documents are kept as JSON, so that nobody shares what another changes.
type Store struct {
	mu    sync.Mutex
	kept  map[string]document
	wrote int // counts up with every write of any case
}

type document struct {
	content  []byte
	revision casebook.Revision
	summary  incident.CaseSummary
}

// New makes an empty store.
func New() *Store { return &Store{kept: map[string]document{}} }

// Lasts implements casebook.Store.
func (*Store) Lasts() bool { return false }

// Read implements casebook.Store.
func (m *Store) Read(_ context.Context, id string) (*incident.SavedCase, casebook.Revision, error) {
	m.mu.Lock()
	d, there := m.kept[id]
	m.mu.Unlock()
	if !there {
		return nil, "", casebook.Missing(id)
	}
	s, err := incident.ReadSaved(d.content)
	if err != nil {
		return nil, "", &casebook.Failure{Kind: casebook.Unreadable, Sentence: err.Error(), Advice: "Please report this as a bug of Faultline."}
	}
	return s, d.revision, nil
}

// Write implements casebook.Store.
func (m *Store) Write(_ context.Context, s *incident.SavedCase, was casebook.Revision) error {
	content, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encoding the case: %w", err)
	}
	if err := casebook.CheckSize(content); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept[s.ID].revision != was {
		return casebook.WrittenBetween(s.ID)
	}
	m.wrote++
	m.kept[s.ID] = document{content: content, revision: casebook.Revision(strconv.Itoa(m.wrote)), summary: casebook.Summary(s)}
	return nil
}

// Exists implements casebook.Store.
func (m *Store) Exists(_ context.Context, id string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, there := m.kept[id]
	return there, nil
}

// Revision implements casebook.Store.
func (m *Store) Revision(_ context.Context, id string) (casebook.Revision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d, there := m.kept[id]
	if !there {
		return "", casebook.Missing(id)
	}
	return d.revision, nil
}

// List implements casebook.Store.
func (m *Store) List(_ context.Context, f casebook.Filter) (incident.CaseList, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := []incident.CaseSummary{}
	for _, d := range m.kept {
		if passes(d.summary, f) {
			found = append(found, d.summary)
		}
	}
	return casebook.Arranged(found, f), nil
}

func passes(s incident.CaseSummary, f casebook.Filter) bool {
	if (f.Service != "" && s.Service != f.Service) || (f.State != "" && s.State != f.State) || (f.Verdict != "" && s.Verdict != f.Verdict) {
		return false
	}
	title := strings.ToLower(s.Title)
	return !slices.ContainsFunc(strings.Fields(strings.ToLower(f.Text)), func(word string) bool { return !strings.Contains(title, word) })
}

// Delete implements casebook.Store.
func (m *Store) Delete(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.kept[id]; !there {
		return casebook.Missing(id)
	}
	delete(m.kept, id)
	return nil
}

// Mark implements casebook.Store. There are no other dashboards to mark.
func (*Store) Mark(context.Context, *incident.SavedCase) error { return nil }
