package recovery

import (
	"fmt"
	"time"

	"github.com/faultline-investigation/faultline/pkg/convention"
	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/wording"
)

// startedWithin is how long before a shortage a job may have started to be suspected of it.
const startedWithin = 5 * time.Minute

// surroundings advises on nodes, queues and certificates that the verdict blames.
func (a *advice) surroundings(c *incident.Case) {
	around := c.Facts.Surroundings
	if around == nil {
		return
	}
	for _, n := range around.Nodes {
		if n.Abnormal && blamed(c.Facts, "node/"+n.Service) {
			a.node(c, n)
		}
	}
	for _, q := range around.Queues {
		if q.Abnormal && blamed(c.Facts, "topic/"+q.Queue) {
			a.queue(c, q)
		}
	}
	for _, k := range around.Certificates {
		if blamed(c.Facts, "certificate/"+k.Name) {
			a.certificate(c, k)
		}
	}
}

// node ends what came when the node ran short, keeps more from coming, and moves the trace's own pods away.
func (a *advice) node(c *incident.Case, n incident.Comparison) {
	a.look(fromSurroundings, fmt.Sprintf("Shows what runs on %s; the last in the list came last.", n.Service),
		"kubectl get pods -A -o wide --field-selector spec.nodeName=%s --sort-by=.status.startTime", n.Service)
	a.look(fromSurroundings, "Shows who takes the most processor time.", "kubectl top pods -A --sort-by=cpu")
	a.look(fromSurroundings, fmt.Sprintf("Shows what %s can give, and what has been promised.", n.Service), "kubectl describe node %s", n.Service)
	a.jobs(c, n.Moved, fmt.Sprintf("%s ran short of processors", n.Service))
	a.change(fromSurroundings, fmt.Sprintf("Lets no more pods come to %s; kubectl uncordon takes it back.", n.Service), "kubectl cordon %s", n.Service)
	for _, s := range spans(c.Facts) {
		for _, attribute := range convention.NodeAttributes() {
			if s.Resource[attribute] == n.Service && convention.Pod(s) != "" {
				a.change("example/culprit", fmt.Sprintf("Starts a new pod of %s elsewhere, once no more come to %s.", s.Service, n.Service),
					"kubectl delete pod %s -n %s", convention.Pod(s), convention.Namespace(s))
				break
			}
		}
	}
}

// jobs ends jobs that started when something ran short.
func (a *advice) jobs(c *incident.Case, moved *incident.MovedAt, what string) {
	if c.Facts.Events == nil || moved == nil {
		return
	}
	for _, job := range c.Facts.Events.Jobs {
		if job.At.After(moved.Latest) || job.At.Before(moved.Earliest.Add(-startedWithin)) {
			continue
		}
		a.look(fromEvents, fmt.Sprintf("Shows where the job runs that started at %s.", wording.Clock(job.At)), "kubectl get pods -n %s -o wide -l %s", job.Namespace, "job-name="+job.Job)
		a.change(fromEvents, fmt.Sprintf("Ends the job, which started at %s, just before %s. Ask its owners whether it may be ended.", wording.Clock(job.At), what),
			"kubectl delete job %s -n %s", job.Job, job.Namespace)
	}
}

// queue looks at the consumer and starts it again, and says how a message that cannot be read is skipped.
func (a *advice) queue(c *incident.Case, q incident.QueueState) {
	consumer, known := deploymentOf(c, q.Consumer)
	if known {
		a.look(fromSurroundings, fmt.Sprintf("Shows what %s says; a message that it cannot read is named there. It needs kubectl 1.32 or newer.", q.Consumer),
			"kubectl logs deployment/%s -n %s --all-pods --tail=50", consumer.name, consumer.namespace)
	}
	kafka := c.Facts.Conventions != nil && c.Facts.Conventions.Queue != nil && convention.Kafka(*c.Facts.Conventions.Queue) && q.Consumer != ""
	if kafka {
		a.look(fromSurroundings, "Shows which partition is behind. Run it on a broker, or name one instead of localhost.",
			"kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group %s", q.Consumer)
	}
	if known {
		a.change(fromSurroundings, fmt.Sprintf("Starts %s again. This helps when it hangs, and not when it cannot read a message.", q.Consumer),
			"kubectl rollout restart deployment/%s -n %s", consumer.name, consumer.namespace)
	}
	if kafka {
		a.change(fromSurroundings, "Skips one message of a partition, for one that cannot be read: it is lost to this consumer. Replace PARTITION by the number of the one "+
			"that is behind, and scale the consumer to 0 first: Kafka refuses while it reads.",
			"kafka-consumer-groups.sh --bootstrap-server localhost:9092 --group %s --topic %s:PARTITION --reset-offsets --shift-by 1 --execute", q.Consumer, q.Queue)
		a.after(fromSurroundings, "Shows whether fewer messages wait.", "kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group %s", q.Consumer)
	}
}

// certificate renews a certificate where that is known to be cert-manager's.
func (a *advice) certificate(c *incident.Case, k incident.Certificate) {
	managed := c.Facts.Conventions != nil && c.Facts.Conventions.Certificates != nil && convention.CertManager(*c.Facts.Conventions.Certificates)
	if !managed {
		return
	}
	a.look(fromSurroundings, "Shows until when it is valid, and why it was not renewed.", "kubectl describe certificate %s -n %s", k.Name, k.Namespace)
	a.look(fromSurroundings, "Shows the requests for a new one, and what they wait for.", "kubectl get certificaterequests,orders,challenges -n %s", k.Namespace)
	a.change(fromSurroundings, "Asks for a new certificate at once. What kept the last requests from being granted must be mended first.", "cmctl renew %s -n %s", k.Name, k.Namespace)
	a.after(fromSurroundings, "Waits until the new certificate is there.", "kubectl wait --for=condition=Ready certificate/%s -n %s --timeout=120s", k.Name, k.Namespace)
}
