package recorded_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/source"
	"github.com/faultline-investigation/faultline/pkg/source/recorded"
)

var (
	ten  = time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
	hour = incident.Window{From: ten, To: ten.Add(time.Hour)}
	rate = source.Question{Name: "rate", Kind: source.Range, Text: "sum(rate(requests[1m]))", Window: hour, Step: time.Minute}
)

// store answers every question with what a function says.
type store func(source.Question) source.Answer

func (s store) Ask(_ context.Context, q source.Question) source.Answer {
	answer := s(q)
	answer.Question = q
	return answer
}

// numbers is a store that answers with a single number.
func numbers(v float64) store {
	return func(source.Question) source.Answer {
		return source.Answer{DataSource: "metrics-1", Bytes: 112, Elapsed: 4200 * time.Microsecond,
			Series: []incident.Series{{Labels: map[string]string{"service": "order"}, Points: []incident.Point{{Time: ten, Value: v}}}}}
	}
}

func failing(source.Question) source.Answer {
	return source.Answer{DataSource: "metrics-1", Problem: &source.Problem{Kind: source.Overloaded, Signal: source.Metrics,
		Sentence: "Prometheus (metrics-1) is overloaded.", Advice: "Try again."}}
}

func recordingOf(t *testing.T, ask func(r *recorded.Recorder), querier source.Querier) *recorded.Recording {
	t.Helper()
	var file bytes.Buffer
	recorder := recorded.Record(querier, &file)
	ask(recorder)
	require.NoError(t, recorder.Close())
	recording, err := recorded.Read(&file)
	require.NoError(t, err)
	return recording
}

func TestARecordingGivesTheAnswersAgain(t *testing.T) {
	t.Parallel()
	for name, querier := range map[string]store{"a number": numbers(3), "a problem": failing} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var live source.Answer
			recording := recordingOf(t, func(r *recorded.Recorder) { live = r.Ask(t.Context(), rate) }, querier)
			assert.Equal(t, live, recording.Ask(t.Context(), rate))
		})
	}
}

func TestAFileKeepsTheRecordingPlainOrCompressedAsItsNameSays(t *testing.T) {
	t.Parallel()
	for name, begins := range map[string]string{"run.jsonl": `{"recording"`, "run.jsonl.gz": "\x1f\x8b", "run.jsonl.zst": "\x28\xb5\x2f\xfd"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			file, err := os.Create(filepath.Join(folder, name))
			require.NoError(t, err)
			t.Cleanup(func() { _ = file.Close() })
			recorder, err := recorded.Compress(numbers(7), file, name)
			require.NoError(t, err)
			live := recorder.Ask(t.Context(), rate)
			require.NoError(t, recorder.Close())

			content, err := os.ReadFile(filepath.Join(folder, name))
			require.NoError(t, err)
			assert.Equal(t, begins, string(content[:len(begins)]))
			recording, err := recorded.Open(os.DirFS(folder), name)
			require.NoError(t, err)
			assert.Equal(t, live, recording.Ask(t.Context(), rate))
		})
	}
}

func TestAQuestionThatWasNeverRecordedIsAProblemAndNotAnEmptyAnswer(t *testing.T) {
	t.Parallel()
	recording := recordingOf(t, func(r *recorded.Recorder) { r.Ask(t.Context(), rate) }, numbers(3))
	for name, change := range map[string]func(*source.Question){
		"another text":  func(q *source.Question) { q.Text = "up" },
		"another kind":  func(q *source.Question) { q.Kind = source.Instant },
		"another start": func(q *source.Question) { q.Window.From = ten.Add(time.Second) },
		"another end":   func(q *source.Question) { q.Window.To = ten.Add(2 * time.Hour) },
		"another step":  func(q *source.Question) { q.Step = time.Second },
		"another limit": func(q *source.Question) { q.Limit = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			question := rate
			change(&question)
			answer := recording.Ask(t.Context(), question)
			require.NotNil(t, answer.Problem)
			assert.Equal(t, source.Unrecorded, answer.Problem.Kind)
			assert.Contains(t, answer.Problem.Sentence, `no answer to the question "rate"`)
			assert.Contains(t, answer.Problem.Advice, "record the run again")
			assert.Equal(t, question, answer.Question)
		})
	}
}

func TestTheSameQuestionIsAnsweredUnderAnyNameAndInAnyTimeZone(t *testing.T) {
	t.Parallel()
	recording := recordingOf(t, func(r *recorded.Recorder) { r.Ask(t.Context(), rate) }, numbers(3))
	question := rate
	question.Name = "requests"
	question.Window.From = ten.In(time.FixedZone("CET", 3600))
	answer := recording.Ask(t.Context(), question)
	require.Nil(t, answer.Problem)
	assert.Equal(t, question, answer.Question)
}

func TestWhoAsksMayChangeTheAnswer(t *testing.T) {
	t.Parallel()
	recording := recordingOf(t, func(r *recorded.Recorder) { r.Ask(t.Context(), rate) }, numbers(3))
	recording.Ask(t.Context(), rate).Series[0].Points[0].Value = 99
	assert.InDelta(t, 3, recording.Ask(t.Context(), rate).Series[0].Points[0].Value, 0)
}

func TestAnAnswerCountsBeforeAProblemAndTheFirstBeforeLaterOnes(t *testing.T) {
	t.Parallel()
	queue := []store{failing, numbers(1), numbers(2), failing}
	recording := recordingOf(t, func(r *recorded.Recorder) {
		for range 4 {
			r.Ask(t.Context(), rate)
		}
	}, store(func(q source.Question) source.Answer {
		next := queue[0]
		queue = queue[1:]
		return next(q)
	}))
	assert.Equal(t, 1, recording.Len())
	assert.InDelta(t, 1, recording.Ask(t.Context(), rate).Series[0].Points[0].Value, 0)
}

func TestManyMayAskAtOnce(t *testing.T) {
	t.Parallel()
	const askers = 20
	recording := recordingOf(t, func(r *recorded.Recorder) {
		var all sync.WaitGroup
		for i := range askers {
			all.Go(func() {
				question := rate
				question.Limit = i
				r.Ask(t.Context(), question)
			})
		}
		all.Wait()
	}, numbers(3))
	assert.Equal(t, askers, recording.Len())
}

func TestACanceledReplayAnswersNothing(t *testing.T) {
	t.Parallel()
	recording := recordingOf(t, func(r *recorded.Recorder) { r.Ask(t.Context(), rate) }, numbers(3))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	answer := recording.Ask(ctx, rate)
	require.NotNil(t, answer.Problem)
	assert.Equal(t, source.Canceled, answer.Problem.Kind)
	assert.Empty(t, answer.Series)
}

func TestWhatIsNoRecordingIsRefused(t *testing.T) {
	t.Parallel()
	const head = `{"recording":"faultline answers","version":1}` + "\n"
	for name, c := range map[string]struct{ content, says string }{
		"nothing":               {"", "not a recording"},
		"another file":          {`{"dashboard": 1}`, "not a recording"},
		"a later version":       {strings.Replace(head, ":1}", ":2}", 1), "has version 2; this build reads version 1"},
		"a cut answer":          {head + `{"question": {"na`, "answer 1 of the recording cannot be read"},
		"something else inside": {head + `{"question": 5}`, "answer 1 of the recording cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := recorded.Read(strings.NewReader(c.content))
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestAFileThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	text := &fstest.MapFile{Data: []byte("plain text, not compressed")}
	files := fstest.MapFS{"plain.gz": text, "plain.zst": text}
	for name, says := range map[string]string{"plain.gz": "is not compressed as its name says", "plain.zst": "is not a recording", "missing.jsonl": "cannot be opened"} {
		_, err := recorded.Open(files, name)
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, name)
	}
}

func TestARecordingThatCouldNotBeWrittenSaysSoAtItsEnd(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, reader.Close())
	require.NoError(t, writer.Close())
	recorder := recorded.Record(numbers(3), writer)
	require.Nil(t, recorder.Ask(t.Context(), rate).Problem)
	require.ErrorContains(t, recorder.Close(), "the recording is not whole")
}
