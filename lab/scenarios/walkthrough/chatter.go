package walkthrough

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// saying is a pattern of log lines that a service writes all day. In its text, {n} is a small number, {id} a hexadecimal one, {ms}
// a duration and {sku} an article.
type saying struct {
	service, level, text string
	perSecond            float64
}

var sayings = []saying{
	{"storefront", "info", `{"level":"info","msg":"page rendered","path":"/","ms":{ms}}`, 0.7},
	{"storefront", "info", `{"level":"info","msg":"page rendered","path":"/product/{sku}","ms":{ms}}`, 0.5},
	{"storefront", "warn", `{"level":"warn","msg":"slow fragment","fragment":"recommendations","ms":{ms}}`, 0.03},
	{"storefront", "error", `{"level":"error","msg":"client script error","session":"{id}","line":{n}}`, 0.012},
	{"api-gateway", "info", `request method=GET path=/v1/catalog status=200 duration={ms}ms id={id}`, 0.8},
	{"api-gateway", "info", `request method=POST path=/v1/cart status=200 duration={ms}ms id={id}`, 0.3},
	{"api-gateway", "warn", `rate limit near for client={id} used={n} of 500`, 0.05},
	{"api-gateway", "error", `upstream closed connection before response id={id}`, 0.01},
	{orderService, "info", `level=info msg="order status read" order=ord_{id} ms={ms}`, 0.4},
	{orderService, "warn", `level=warn msg="price changed since cart was filled" sku={sku} cents={n}`, 0.04},
	{orderService, "debug", `level=debug msg="outbox flushed" messages={n}`, 0.2},
	{paymentService, "info", `{"level":"info","service":"payment-service","message":"Ledger batch written","entries":{n}}`, 0.2},
	{paymentService, "warn", `{"level":"warn","service":"payment-service","message":"Card declined","reason":"insufficient_funds","request":"{id}"}`, 0.06},
	{authService, "info", `token issued client=web user=usr_{n} ttl=3600`, 0.5},
	{authService, "warn", `login failed user=usr_{n} reason=bad_password`, 0.08},
	{authService, "info", `key set refreshed keys={n}`, 0.01},
	{inventoryService, "info", `reserved sku={sku} quantity={n} warehouse=w{n} in {ms} ms`, 0.6},
	{inventoryService, "warn", `stock low sku={sku} left={n}`, 0.05},
	{inventoryService, "error", `reservation conflict sku={sku}, tried again`, 0.008},
	{notificationService, "info", `mail queued template=order_confirmation id={id}`, 0.4},
	{notificationService, "info", `push sent device={id} in {ms} ms`, 0.2},
	{"catalog-service", "info", `GET /api/products/{sku} 200 {ms}ms`, 0.6},
	{"catalog-service", "debug", `cache refreshed entries={n} took={ms}ms`, 0.1},
	{"catalog-service", "warn", `image missing sku={sku}`, 0.03},
	{"cart-service", "info", `cart={id} add sku={sku} quantity={n}`, 0.5},
	{"cart-service", "warn", `cart={id} expired with {n} items`, 0.05},
	{"search-service", "info", `query took={ms}ms hits={n} shard={n}`, 0.6},
	{"search-service", "warn", `segment merge took {ms}ms, readiness withdrawn`, 0.004},
	{"search-service", "error", `query {id} exceeded {n} terms and was cut`, 0.02},
	{"recommendation-service", "info", `model=basket-v{n} candidates={n} took={ms}ms`, 0.4},
	{"recommendation-service", "warn", `fallback to bestsellers for user=usr_{n}`, 0.06},
	{subscriptionService, "info", `renewal batch of {n} started id={id}`, 0.1},
	{subscriptionService, "info", `renewal settled subscription={id}`, 0.3},
	{marketplace, "info", `seller={n} order accepted id={id}`, 0.4},
	{marketplace, "warn", `seller={n} feed is {n} minutes old`, 0.03},
	{"shipping-service", "info", `label printed parcel={id} carrier=c{n}`, 0.2},
	{"shipping-service", "warn", `carrier rate table older than {n} h`, 0.01},
	{"user-service", "info", `profile read user=usr_{n} in {ms}ms`, 0.3},
	{"user-service", "warn", `avatar not found user=usr_{n}`, 0.05},
}

// chatter writes what services say all day.
type chatter struct {
	streams []synth.Stream
}

func newChatter(g *generator) *chatter {
	c := &chatter{}
	for _, s := range sayings {
		c.streams = append(c.streams, g.seed.Stream("says "+s.service+" "+s.text))
	}
	return c
}

// step writes a second's lines.
func (c *chatter) step(g *generator, second time.Time) {
	for i, s := range sayings {
		if c.streams[i].Unit(second.Unix()) >= s.perSecond {
			continue
		}
		random := c.streams[i].At(second.Unix())
		at := second.Add(seconds(random.Float64() * 0.999))
		on := g.cluster.serving(s.service, at, random.Int64N(1<<32))
		record := g.logs.Line(on.resource, at, severities[s.level], fill(s.text, random))
		record.SetTraceID(longTraceID(random))
	}
	if second.Unix()%300 == 0 {
		g.sayResolver(second)
	}
}

// sayResolver writes the nodes' name caches' report every five minutes.
func (g *generator) sayResolver(second time.Time) {
	text := fmt.Sprintf("cache: %d entries, prefetch of cluster names done", 1800+second.Unix()/300%200)
	g.logs.Line(nodeCache, second, plog.SeverityNumberInfo, text)
}

var nodeCache = synth.NewResource(synth.Attributes{
	{Key: "service.name", Value: "node-local-dns"}, {Key: "k8s.namespace.name", Value: kubeSystem}, {Key: "k8s.pod.name", Value: "node-local-dns-4xk8p"},
})

func fill(text string, random *rand.Rand) string {
	for strings.Contains(text, "{") {
		before := text
		text = strings.Replace(text, "{n}", fmt.Sprint(2+random.IntN(90)), 1)
		text = strings.Replace(text, "{ms}", fmt.Sprint(3+random.IntN(180)), 1)
		text = strings.Replace(text, "{id}", fmt.Sprintf("%08x", random.Uint32()), 1)
		text = strings.Replace(text, "{sku}", fmt.Sprintf("SKU-%05d", random.IntN(40000)), 1)
		if text == before {
			break
		}
	}
	return text
}
