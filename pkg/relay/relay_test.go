package relay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/alertmanager/template"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultline-investigation/faultline/pkg/failure"
	"github.com/faultline-investigation/faultline/pkg/relay"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// phone is a receiver that does as it is told and notes what it accepted.
type phone struct {
	url string

	mu       sync.Mutex
	answers  []int // statuses of the next requests; 200 after them
	requests int
	accepted []string
	headers  []http.Header
	ring     chan string  // what is accepted, as it is
	before   func(string) // called before each answer
}

func ringing(t *testing.T) *phone {
	t.Helper()
	p := &phone{ring: make(chan string, 1000)}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// ServeHTTP implements http.Handler.
func (p *phone) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if p.before != nil {
		p.before(string(body))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests++
	status := http.StatusOK
	if len(p.answers) > 0 {
		status, p.answers = p.answers[0], p.answers[1:]
	}
	if status == http.StatusFound {
		w.Header().Set("Location", "http://elsewhere.example/")
	}
	w.WriteHeader(status)
	if status/100 == 2 {
		p.accepted, p.headers = append(p.accepted, string(body)), append(p.headers, r.Header)
		p.ring <- string(body)
	}
}

func (p *phone) heard() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.accepted...)
}

func to(deadline string, secrets map[string]string, receivers ...relay.Receiver) (*relay.Relay, error) {
	return relay.New(relay.Settings{Deadline: deadline, Receivers: receivers}, secrets)
}

func webhook(name string, p *phone) relay.Receiver {
	return relay.Receiver{Name: name, Type: relay.Webhook, URL: p.url, Internal: true}
}

func relaying(t *testing.T, deadline string, receivers ...relay.Receiver) *relay.Relay {
	t.Helper()
	r, err := to(deadline, nil, receivers...)
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return r
}

// told is a message about alerts of one group, as Alertmanager writes it.
func told(group, status string, names ...string) string {
	var all []map[string]any
	for _, name := range names {
		all = append(all, map[string]any{"status": status, "labels": map[string]string{"alertname": name, "service_name": "order"},
			"annotations": map[string]string{"summary": "errors <high> & rising"}, "startsAt": "2026-01-02T12:00:00Z", "fingerprint": name})
	}
	body, _ := json.Marshal(map[string]any{"version": "4", "status": status, "groupKey": group, "receiver": "faultline", "alerts": all,
		"commonAnnotations": map[string]string{}, "truncatedAlerts": 0})
	return string(body)
}

var likely = relay.Answer{Verdict: "likely", Summary: "Likely: a policy cut CoreDNS off.", URL: "https://grafana.example/a?x=1&y=2", Names: true}

// knows is a look that knows the answers at once.
func knows(answers ...relay.Answer) relay.Look {
	return func(context.Context) ([]relay.Answer, func(context.Context) []relay.Answer) { return answers, nil }
}

// slow is a look that knows nothing in time, and the answers when they are given.
func slow(later <-chan relay.Answer) relay.Look {
	return func(ctx context.Context) ([]relay.Answer, func(context.Context) []relay.Answer) {
		<-ctx.Done()
		return []relay.Answer{{}}, func(ctx context.Context) []relay.Answer {
			select {
			case a := <-later:
				return []relay.Answer{a}
			case <-ctx.Done():
				return nil
			}
		}
	}
}

func annotationsOf(t *testing.T, body string, alert int) map[string]string {
	t.Helper()
	var data template.Data // as Alertmanager itself would read it
	require.NoError(t, json.Unmarshal([]byte(body), &data))
	return data.Alerts[alert].Annotations
}

func TestAVerdictTravelsAmongTheAnnotations(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	r := relaying(t, "", webhook("pager", p))
	body := told("g", "firing", "A", "B")
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(body)), knows(likely, relay.Answer{Reason: "no service"})))
	heard := p.heard()
	require.Len(t, heard, 1)
	assert.Equal(t, map[string]string{"summary": "errors <high> & rising", "faultline_verdict": "likely", "faultline_summary": likely.Summary,
		"faultline_url": likely.URL}, annotationsOf(t, heard[0], 0))
	assert.Equal(t, map[string]string{"summary": "errors <high> & rising"}, annotationsOf(t, heard[0], 1))
	c := r.Counts()
	assert.EqualValues(t, 1, c.With)
	assert.EqualValues(t, 1, c.Without)
	assert.Contains(t, c.String(), "passed on to pager: since the last start or change of settings 1 with a verdict and 1 without")
}

func TestWithoutAVerdictInTimeTheMessageGoesOutAsItCame(t *testing.T) {
	t.Parallel()
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	for name, look := range map[string]relay.Look{
		"no look": nil,
		"nothing": knows(relay.Answer{}),
		"too few": knows(),
		"too many answers, of which one would be said of another alert": knows(likely, likely),
		"late":   slow(nil),
		"stuck":  func(context.Context) ([]relay.Answer, func(context.Context) []relay.Answer) { <-never; return nil, nil },
		"panics": func(context.Context) ([]relay.Answer, func(context.Context) []relay.Answer) { panic("on purpose") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := ringing(t)
			r := relaying(t, "1ms", webhook("pager", p))
			body := told("g", "firing", "A")
			require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(body)), look))
			assert.Equal(t, []string{body}, p.heard())
		})
	}
}

func TestWhatCannotBeReadIsPassedOnAllTheSame(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "hello", `[]`, `{"alerts":[]}`, `{"text":"a custom payload"}`, `{"alerts":[{"startsAt":5}]}`} {
		p, chat := ringing(t), ringing(t)
		r, err := to("", map[string]string{relay.URLSecret("chat"): chat.url}, webhook("pager", p), relay.Receiver{Name: "chat", Type: relay.Slack, Internal: true})
		require.NoError(t, err)
		t.Cleanup(r.Close)
		require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(body)), nil))
		assert.Equal(t, []string{body}, p.heard())
		require.Len(t, chat.heard(), 1)
		assert.Contains(t, chat.heard()[0], "cannot read")
	}
}

func TestAReceiverThatFailsForAMomentIsTriedAgain(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	p.answers = []int{500, 429, 503}
	r := relaying(t, "", webhook("pager", p))
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(told("g", "firing", "A"))), knows(likely)))
	assert.Len(t, p.heard(), 1)
	assert.Equal(t, 4, p.requests)
}

func TestTheSenderIsToldOfAReceiverThatRefusesAndOthersGetTheMessageOnce(t *testing.T) {
	t.Parallel()
	good, bad := ringing(t), ringing(t)
	bad.answers = []int{400, 302, 404}
	r := relaying(t, "", webhook("good", good), webhook("bad", bad))
	body := []byte(told("g", "firing", "A"))
	for _, says := range []string{"bad (it refused with status 400)", "bad (it redirects (status 302), which is not followed", "bad (it refused with status 404)"} {
		err := r.Pass(t.Context(), relay.Read(body), knows(likely))
		var refused *failure.Failure
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, failure.Unavailable, refused.Kind)
		assert.Contains(t, refused.Sentence, says)
		assert.NotContains(t, refused.Sentence, "good")
	}
	assert.Len(t, good.heard(), 1)
	assert.EqualValues(t, 3, r.Counts().FailedMessages)
	require.NoError(t, r.Pass(t.Context(), relay.Read(body), knows(likely)), "sent again, it is accepted by the other")
	assert.Len(t, good.heard(), 1)
	assert.Len(t, bad.heard(), 1)
	require.NoError(t, r.Pass(t.Context(), relay.Read(body), knows(likely)), "an hour later it is news again")
	assert.Len(t, good.heard(), 2)
	assert.Empty(t, r.Counts().LastFailure)
}

func TestARestartLosesNothingThatWasNotAccepted(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	p.answers = []int{400}
	body := []byte(told("g", "firing", "A"))
	before := relaying(t, "", webhook("pager", p))
	require.Error(t, before.Pass(t.Context(), relay.Read(body), nil))
	before.Close()
	after := relaying(t, "", webhook("pager", p))
	require.NoError(t, after.Pass(t.Context(), relay.Read(body), nil))
	assert.Len(t, p.heard(), 1)
}

func TestASenderThatIsGoneDoesNotTakeItsAlertsAlong(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	r := relaying(t, "1m", webhook("pager", p))
	ctx, leave := context.WithCancel(t.Context())
	body := []byte(told("g", "firing", "A"))
	leave()
	require.NoError(t, r.Pass(ctx, relay.Read(body), slow(nil)), "and it is not held until the deadline")
	assert.Len(t, p.heard(), 1)
	require.NoError(t, r.Pass(t.Context(), relay.Read(body), knows(likely)), "the sender comes back, because it did not hear the answer")
	assert.Len(t, p.heard(), 1)
}

func TestMessagesOfAGroupKeepTheirOrderAndNewsReleasesWhatIsHeld(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	r := relaying(t, "1m", webhook("pager", p))
	var senders sync.WaitGroup
	held := make(chan struct{})
	senders.Go(func() {
		err := r.Pass(t.Context(), relay.Read([]byte(told("g", "firing", "A"))), func(ctx context.Context) ([]relay.Answer, func(context.Context) []relay.Answer) {
			close(held)
			<-ctx.Done()
			return nil, nil
		})
		assert.NoError(t, err)
	})
	<-held
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(told("g", "resolved", "A"))), nil))
	senders.Wait()
	heard := p.heard()
	require.Len(t, heard, 2)
	assert.Contains(t, heard[0], `"firing"`)
	assert.Contains(t, heard[1], `"resolved"`)
}

func TestTwoSendersThatSayTheSameAtOneTimeAreOneMessage(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	r := relaying(t, "1m", webhook("pager", p))
	begun, answer := make(chan struct{}), make(chan struct{})
	look := func(context.Context) ([]relay.Answer, func(context.Context) []relay.Answer) {
		close(begun)
		<-answer
		return []relay.Answer{likely}, nil
	}
	var pair sync.WaitGroup
	one, other := told("g", "firing", "A"), strings.Replace(told("g", "firing", "A"), `"version"`, `"externalURL":"http://am-2","version"`, 1)
	pair.Go(func() { assert.NoError(t, r.Pass(t.Context(), relay.Read([]byte(one)), look)) })
	<-begun
	pair.Go(func() { assert.NoError(t, r.Pass(t.Context(), relay.Read([]byte(other)), knows(likely))) })
	require.Eventually(t, joined, time.Minute, time.Millisecond)
	close(answer)
	pair.Wait()
	assert.Len(t, p.heard(), 1)
}

// joined says whether a goroutine of the test above waits for the message of another.
func joined() bool {
	stacks := make([]byte, 1<<20)
	for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if strings.Contains(stack, "TestTwoSenders") && strings.Contains(stack, "singleflight.(*Group).Do(") && strings.Contains(stack, "sync.(*WaitGroup).Wait(") {
			return true
		}
	}
	return false
}

func TestALaterVerdictIsSentOnceAsAnUpdate(t *testing.T) {
	t.Parallel()
	p, chat := ringing(t), ringing(t)
	r, err := to("1ms", map[string]string{relay.URLSecret("chat"): chat.url}, webhook("pager", p), relay.Receiver{Name: "chat", Type: relay.Slack, Internal: true})
	require.NoError(t, err)
	t.Cleanup(r.Close)
	later := make(chan relay.Answer, 1)
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(told("g", "firing", "A"))), slow(later)))
	<-p.ring
	<-chat.ring
	later <- likely
	assert.Equal(t, likely.Summary, annotationsOf(t, <-p.ring, 0)["faultline_summary"])
	assert.Contains(t, <-chat.ring, "Update: ")
	assert.Eventually(t, func() bool { return r.Counts().Updates == 1 }, time.Minute, time.Millisecond)
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Len(t, p.headers, 2)
	assert.NotEqual(t, p.headers[0].Get("Idempotency-Key"), p.headers[1].Get("Idempotency-Key"))
}

func TestAnUpdateIsNotSentOnceItWouldContradictOrSayNothingNew(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	r := relaying(t, "1ms", webhook("pager", p))
	overtaken, empty := make(chan relay.Answer, 1), make(chan relay.Answer, 1)
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(told("g", "firing", "A"))), slow(overtaken)))
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(told("g", "resolved", "A"))), nil))
	overtaken <- likely
	require.NoError(t, r.Pass(t.Context(), relay.Read([]byte(told("h", "firing", "B"))), slow(empty)))
	empty <- relay.Answer{Verdict: "no clear cause", Summary: "No clear cause."}
	r.Close() // waits for updates
	assert.Len(t, p.heard(), 3)
}

func TestFewLargeMessagesAreUnderWayAtOneTime(t *testing.T) {
	t.Parallel()
	p := ringing(t)
	r := relay.Holding(relaying(t, "1m", webhook("pager", p)), 64<<10)
	large := func(i int) *relay.Message {
		return relay.Read([]byte(strings.Replace(told(fmt.Sprint(i), "firing", "A"), "errors", strings.Repeat("x", 30<<10), 1)))
	}
	held, free := make(chan struct{}), make(chan struct{})
	look := func(context.Context) ([]relay.Answer, func(context.Context) []relay.Answer) {
		held <- struct{}{}
		<-free
		return nil, nil
	}
	var senders sync.WaitGroup
	for i := range 2 {
		senders.Go(func() { assert.NoError(t, r.Pass(t.Context(), large(i), look)) })
		<-held
	}
	err := r.Pass(t.Context(), large(2), look)
	var busy *failure.Failure
	require.ErrorAs(t, err, &busy)
	assert.Equal(t, failure.Busy, busy.Kind)
	close(free)
	senders.Wait()
	require.NoError(t, r.Pass(t.Context(), large(2), nil), "sent again, it is taken")
	assert.Len(t, p.heard(), 3)
}
