// Package leak plays a memory leak that ends in a loop of kills. README.md tells the story.
package leak

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/story"
	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
	"github.com/faultline-investigation/faultline/lab/scenarios/topology"
)

const (
	thumbnails = "thumbnail-service"
	begins     = -64 * time.Minute // when the client with the large pictures comes
	mega       = 1 << 20
)

// Scenario is the leak.
func Scenario() story.Scenario {
	return topology.Scenario{
		ID: "leak", Headline: "Uploads fail because thumbnail-service runs out of memory",
		Tells: "thumbnail-service never frees the buffers of pictures with more than 40 megapixels, and never met many. A new client " +
			"uploads panoramas. Memory rises for three quarters of an hour until the kernel kills one pod after the other; each comes " +
			"back, fills up faster than before because fewer are left, and Kubernetes waits longer every time before it starts it again.",
		Page: story.Alert{Name: "UploadErrorRateHigh", Service: "media-api", Operation: "POST /uploads", Threshold: 0.02, Value: 0.18,
			Labels: map[string]string{"alertname": "UploadErrorRateHigh", "severity": "critical", "service": "media-api", "namespace": "media"}},
		Answer: story.Truth{Cause: "thumbnail-service leaks memory and is killed again and again", Service: thumbnails, Component: thumbnails,
			Since: begins, Reason: `OOMKilled|ran out of memory`},
		System: system,
	}
}

// leaking is 1 while the pictures come.
var leaking = synth.Symptom{
	Onset:  synth.Curve{{At: begins}, {At: begins + time.Second, Level: 1}},
	Relief: synth.Curve{{At: 0, Level: 1}, {At: time.Second}},
	Return: synth.Curve{{At: 0}, {At: time.Second, Level: 1}},
}

func system() topology.System {
	l := &leak{pods: map[*topology.Pod]*process{}}
	return topology.System{
		Cluster: "media-production", Namespace: "media", Nodes: topology.Workers("us-east-2"), Kept: 0.04, Fault: leaking,
		Entrances: []topology.Entrance{{To: "media-api POST /uploads", Rate: 7}, {To: "media-api GET /media/{id}", Rate: 4}},
		Services: []topology.Service{
			{Name: "media-api", Version: "3.1.7", Language: "python", Log: topology.Python, Replicas: 2, CPU: 2, Memory: 768 * mega,
				Operations: []topology.Operation{
					{Name: "POST /uploads", P50: 0.03, P99: 0.12, Everyday: 0.001, Calls: []topology.Call{
						{To: "metadata-service POST /records"}, {To: thumbnails + " POST /thumbnails", Flaw: l.cutOff}}},
					{Name: "GET /media/{id}", P50: 0.008, P99: 0.04, Everyday: 0.0005, Calls: []topology.Call{{To: "metadata-service GET /records/{id}"}}},
				},
				Sayings: []topology.Saying{{Level: "info", By: "media.storage", Text: "object {id} stored in {ms} ms", PerSecond: 0.4}}},
			{Name: thumbnails, Version: "2.13.0", Language: "go", Log: topology.Slog, Replicas: 3, CPU: 2, Memory: 1024 * mega, Condition: l.condition,
				Operations: []topology.Operation{{Name: "POST /thumbnails", P50: 0.06, P99: 0.2, Everyday: 0.0005, Flaw: l.slow}},
				Sayings:    []topology.Saying{{Level: "info", By: "encoder", Text: "encoded {n} sizes in {ms} ms", PerSecond: 0.4}}},
			{Name: "metadata-service", Version: "1.8.2", Language: "nodejs", Log: topology.Pino, Replicas: 2, CPU: 1, Memory: 384 * mega,
				Operations: []topology.Operation{{Name: "POST /records", P50: 0.006, P99: 0.03}, {Name: "GET /records/{id}", P50: 0.004, P99: 0.02}},
				Sayings:    []topology.Saying{{Level: "info", By: "index", Text: "index segment {id} merged in {ms} ms", PerSecond: 0.1}}},
		},
		Story: []topology.Happening{{At: -38 * time.Minute, Rollout: &topology.Rollout{Service: "metadata-service", Version: "1.8.3"}}},
	}
}

// leak is what each pod holds.
type leak struct{ pods map[*topology.Pod]*process }

// process is a pod's process, or the wait for the next one.
type process struct {
	memory float64 // share of the limit
	kills  int
	killed time.Time
	until  time.Time // when the container is started again
	seen   time.Time
}

const (
	usual    = 0.42        // share of the limit, without the pictures
	filling  = 0.58 / 2700 // share a second while all pods share the work
	refills  = 12.0        // how much faster after the first kill
	notices  = 20 * time.Second
	warmup   = 12 * time.Second
	farthest = 300 * time.Second // that Kubernetes waits before it starts a container again
)

// condition lets a second pass for a pod. It is asked once a second.
func (l *leak) condition(s topology.Situation) topology.Condition {
	p := l.pods[s.Pod]
	if p == nil {
		p = &process{memory: usual - 0.05*float64(len(l.pods))}
		l.pods[s.Pod] = p
	}
	if p.seen.Equal(s.At) {
		return p.condition(s.At)
	}
	p.seen = s.At
	if s.At.Before(p.until) {
		return p.condition(s.At)
	}
	rise := filling * s.Level
	if p.kills > 0 {
		rise *= refills * float64(len(l.pods)) / max(1, l.running(s.At))
	}
	p.memory += rise * (0.8 + 0.4*s.Chance.Float64())
	if p.memory >= 1 {
		p.kills++
		p.killed, p.until = s.At, s.At.Add(min(farthest, 10*time.Second<<min(p.kills-1, 6)))
		p.memory = usual
	}
	if s.Level == 0 && p.memory > usual {
		p.memory = usual // a version without the leak
	}
	return p.condition(s.At)
}

func (p *process) condition(at time.Time) topology.Condition {
	c := topology.Condition{Memory: p.memory, NotReady: p.kills > 0 && at.Before(p.until.Add(warmup))}
	if p.memory > 0.9 {
		c.CPU = 0.8
	}
	if at.Before(p.until) {
		c.Waits, c.Ended = "CrashLoopBackOff", "OOMKilled"
		c.Said = "Back-off restarting failed container " + thumbnails + " in pod"
	}
	return c
}

// running is how many pods share the work.
func (l *leak) running(at time.Time) float64 {
	count := 0.0
	for _, p := range l.pods {
		if !at.Before(p.until) {
			count++
		}
	}
	return count
}

// slow lets a pod that is almost full spend its time collecting garbage.
func (l *leak) slow(s topology.Situation) topology.Flaw {
	if p := l.pods[s.Pod]; p != nil && p.memory > 0.9 {
		return topology.Flaw{Slower: 1 + 40*(p.memory-0.9)}
	}
	return topology.Flaw{}
}

// cutOff is a call of a pod that was just killed: for some seconds requests are still sent there.
func (l *leak) cutOff(s topology.Situation) topology.Flaw {
	recent, all := 0.0, 0.0
	for _, p := range l.pods {
		all++
		if !p.killed.IsZero() && s.At.Sub(p.killed) < notices {
			recent++
		}
	}
	if recent > 0 && s.Chance.Float64() < recent/all {
		return topology.Flaw{Lost: true, Type: "ConnectionResetError", Message: "[Errno 104] Connection reset by peer"}
	}
	return topology.Flaw{}
}
