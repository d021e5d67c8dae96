package recorded

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/faultline-investigation/faultline/pkg/source"
)

// Recording answers the questions that were recorded, and has a problem with every other. It is safe for concurrent use.
type Recording struct {
	answers map[key]kept
}

var _ source.Querier = (*Recording)(nil)

// key is what makes two questions the same. Times are Unix nanoseconds.
type key struct {
	kind     source.Kind
	text     string
	from, to int64
	step     time.Duration
	limit    int
}

func keyOf(q source.Question) key {
	return key{kind: q.Kind, text: q.Text, from: q.Window.From.UnixNano(), to: q.Window.To.UnixNano(), step: q.Step, limit: q.Limit}
}

// kept is an answer as it is written, so that everyone who asks gets a copy.
type kept struct {
	written  json.RawMessage
	answered bool // not a problem
}

// Open reads the recording of a file, compressed if its name ends in .gz or .zst. The files are handed in, since a plugin may open
// none: Grafana's validator refuses a backend that does.
func Open(files fs.FS, path string) (*Recording, error) {
	file, err := files.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the recording cannot be opened: %w", err)
	}
	defer func() { _ = file.Close() }()
	reader, done, err := plain(bufio.NewReader(file), path)
	if err != nil {
		return nil, fmt.Errorf("the recording %s is not compressed as its name says: %w", path, err)
	}
	defer done()
	recording, err := Read(reader)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return recording, nil
}

// Read reads a recording. Of several answers to the same question the first counts, and any counts before a problem.
func Read(r io.Reader) (*Recording, error) {
	decoder := json.NewDecoder(r)
	var head header
	if err := decoder.Decode(&head); err != nil || head.Recording != format {
		return nil, errors.New("this is not a recording: its first line does not say so")
	}
	if head.Version != version {
		return nil, fmt.Errorf("the recording has version %d; this build reads version %d", head.Version, version)
	}
	recording := &Recording{answers: map[key]kept{}}
	for n := 1; ; n++ {
		var written json.RawMessage
		var answer outline
		err := decoder.Decode(&written)
		if errors.Is(err, io.EOF) {
			return recording, nil
		}
		if err == nil {
			err = json.Unmarshal(written, &answer)
		}
		if err != nil {
			return nil, fmt.Errorf("answer %d of the recording cannot be read: %w", n, err)
		}
		recording.keep(answer, written)
	}
}

// outline is what has to be known of an answer before somebody asks for it.
type outline struct {
	Question source.Question  `json:"question"`
	Problem  *json.RawMessage `json:"problem"`
}

func (r *Recording) keep(answer outline, written json.RawMessage) {
	k, answered := keyOf(answer.Question), answer.Problem == nil
	if known, again := r.answers[k]; !again || answered && !known.answered {
		r.answers[k] = kept{written: written, answered: answered}
	}
}

// Len counts the questions that the recording can answer, those with a problem among them.
func (r *Recording) Len() int { return len(r.answers) }

// Ask implements source.Querier.
func (r *Recording) Ask(ctx context.Context, q source.Question) source.Answer {
	if ctx.Err() != nil {
		return source.Answer{Question: q, Problem: &source.Problem{Kind: source.Canceled, Signal: q.Kind.Signal(),
			Sentence: "The investigation was canceled.", Advice: "Start it again to look."}}
	}
	known, recorded := r.answers[keyOf(q)]
	if !recorded {
		return source.Answer{Question: q, Problem: unrecorded(q)}
	}
	var answer source.Answer
	if err := json.Unmarshal(known.written, &answer); err != nil {
		return source.Answer{Question: q, Problem: &source.Problem{Kind: source.Defect, Signal: q.Kind.Signal(),
			Sentence: fmt.Sprintf("A recorded answer could be read before and cannot now: %s.", err), Advice: "Please report this as a bug of Faultline."}}
	}
	answer.Question = q // the same question may go by another name
	return answer
}

func unrecorded(q source.Question) *source.Problem {
	return &source.Problem{Kind: source.Unrecorded, Signal: q.Kind.Signal(),
		Sentence: fmt.Sprintf("The recording has no answer to the question %q (%s) over %s to %s: %s.", q.Name, q.Kind,
			q.Window.From.UTC().Format(time.RFC3339), q.Window.To.UTC().Format(time.RFC3339), q.Text),
		Advice: "Ask for the time that was recorded, or record the run again from live stores."}
}
