package walkthrough

// The services of the shop that the story names.
const (
	orderService        = "order-service"
	paymentService      = "payment-service"
	authService         = "auth-service"
	inventoryService    = "inventory-service"
	notificationService = "notification-svc"
	subscriptionService = "subscription-service"
	marketplace         = "marketplace-api"
	coreDNS             = "coredns"
	shop                = "shop"
	kubeSystem          = "kube-system"
)

// The operations of the story, by service and name.
const (
	checkoutName = "POST /api/checkout"
	checkout     = orderService + " " + checkoutName
	charge       = paymentService + " charge"
	renewal      = subscriptionService + " POST /internal/renewals"
	listedOrder  = marketplace + " POST /v1/orders"
	validate     = authService + " validate"
	reserve      = inventoryService + " reserve"
	stock        = inventoryService + " GET /stock/{sku}"
	send         = notificationService + " send"
)

// call says how often an operation calls another, on average.
type call struct {
	to    string
	times float64
}

// operation is one server operation of a service.
type operation struct {
	service, name string
	method, route string
	direct        float64 // requests per second that come from outside
	p50, p99      float64 // seconds
	failing       float64 // ratio
	status        int     // of what fails
	kept          float64 // share of the requests from outside that are kept as traces
	calls         []call
	storied       bool // its requests follow the story and not this table
}

func (o operation) key() string { return o.service + " " + o.name }

// operations lists callers before those that they call.
func operations() []operation {
	auth := call{validate, 1}
	return []operation{
		{service: "storefront", name: "GET /", method: "GET", route: "/", direct: 70, p50: 0.06, p99: 0.31, failing: 0.0008, status: 500, kept: 0.004,
			calls: []call{auth, {"cart-service GET /api/cart", 0.4}, {"recommendation-service GET /api/recommendations", 0.6}}},
		{service: "storefront", name: "GET /product/{id}", method: "GET", route: "/product/{id}", direct: 50, p50: 0.08, p99: 0.36, failing: 0.001, status: 500, kept: 0.004,
			calls: []call{auth, {"catalog-service GET /api/products/{id}", 1}, {"recommendation-service GET /api/recommendations", 0.8}}},
		{service: "api-gateway", name: "GET /v1/catalog", method: "GET", route: "/v1/catalog", direct: 80, p50: 0.07, p99: 0.33, failing: 0.0012, status: 502, kept: 0.003,
			calls: []call{auth, {"catalog-service GET /api/products", 0.7}, {"search-service GET /api/search", 0.5}}},
		{service: "api-gateway", name: "POST /v1/cart", method: "POST", route: "/v1/cart", direct: 25, p50: 0.05, p99: 0.22, failing: 0.0015, status: 502, kept: 0.004,
			calls: []call{auth, {"cart-service POST /api/cart/items", 1}}},
		{service: "api-gateway", name: "GET /v1/account", method: "GET", route: "/v1/account", direct: 15, p50: 0.04, p99: 0.19, failing: 0.0009, status: 502, kept: 0.004,
			calls: []call{auth, {"user-service GET /api/users/me", 1}, {"user-service GET /api/users/{id}/avatar", 1}}},
		{service: orderService, name: checkoutName, method: "POST", route: "/api/checkout", kept: 0.025, storied: true,
			calls: []call{auth, {reserve, 1}, {send, 1}}},
		{service: orderService, name: "GET /api/orders/{id}", method: "GET", route: "/api/orders/{id}", direct: 12, p50: 0.02, p99: 0.12, failing: 0.0006, status: 500, kept: 0.005,
			calls: []call{auth}},
		{service: subscriptionService, name: "POST /internal/renewals", method: "POST", route: "/internal/renewals", kept: 0.02, storied: true,
			calls: []call{auth, {send, 0.3}}},
		{service: subscriptionService, name: "GET /api/subscriptions", method: "GET", route: "/api/subscriptions", direct: 6, p50: 0.025, p99: 0.14, failing: 0.001, status: 500, kept: 0.006,
			calls: []call{auth}},
		{service: marketplace, name: "POST /v1/orders", method: "POST", route: "/v1/orders", kept: 0.02, storied: true,
			calls: []call{auth}},
		{service: marketplace, name: "GET /v1/listings", method: "GET", route: "/v1/listings", direct: 18, p50: 0.03, p99: 0.17, failing: 0.0014, status: 500, kept: 0.005,
			calls: []call{auth, {stock, 1}}},
		{service: "shipping-service", name: "POST /api/shipments", method: "POST", route: "/api/shipments", direct: 8, p50: 0.04, p99: 0.21, failing: 0.0011, status: 500, kept: 0.006,
			calls: []call{auth, {send, 0.5}}},
		{service: "shipping-service", name: "GET /api/rates", method: "GET", route: "/api/rates", direct: 14, p50: 0.015, p99: 0.09, failing: 0.0007, status: 500, kept: 0.005,
			calls: []call{auth}},
		{service: "cart-service", name: "POST /api/cart/items", method: "POST", route: "/api/cart/items", p50: 0.02, p99: 0.11, failing: 0.0013, status: 500,
			calls: []call{{stock, 1}}},
		{service: "cart-service", name: "GET /api/cart", method: "GET", route: "/api/cart", p50: 0.008, p99: 0.06, failing: 0.0005, status: 500},
		{service: "search-service", name: "GET /api/search", method: "GET", route: "/api/search", p50: 0.035, p99: 0.24, failing: 0.003, status: 503},
		{service: "search-service", name: "GET /api/suggest", method: "GET", route: "/api/suggest", direct: 22, p50: 0.006, p99: 0.04, failing: 0.001, status: 503, kept: 0.004},
		{service: "recommendation-service", name: "GET /api/recommendations", method: "GET", route: "/api/recommendations", p50: 0.03, p99: 0.18, failing: 0.002, status: 500,
			calls: []call{{"catalog-service GET /api/products/{id}", 0.5}}},
		{service: "catalog-service", name: "GET /api/products", method: "GET", route: "/api/products", p50: 0.025, p99: 0.15, failing: 0.0008, status: 500,
			calls: []call{{stock, 1.5}}},
		{service: "catalog-service", name: "GET /api/products/{id}", method: "GET", route: "/api/products/{id}", p50: 0.012, p99: 0.08, failing: 0.0006, status: 500,
			calls: []call{{stock, 0.5}}},
		{service: "user-service", name: "GET /api/users/me", method: "GET", route: "/api/users/me", p50: 0.01, p99: 0.07, failing: 0.0007, status: 500},
		{service: "user-service", name: "GET /api/users/{id}/avatar", method: "GET", route: "/api/users/{id}/avatar", direct: 9, p50: 0.006, p99: 0.05, failing: 0.005, status: 404, kept: 0.005},
		{service: paymentService, name: "charge", method: "POST", route: "/internal/charge", storied: true},
		{service: authService, name: "validate", method: "POST", route: "/internal/validate", p50: 0.012, p99: 0.045, failing: 0.0001, status: 500},
		{service: authService, name: "POST /oauth/token", method: "POST", route: "/oauth/token", direct: 60, p50: 0.012, p99: 0.045, failing: 0.0001, status: 500, kept: 0.003},
		{service: inventoryService, name: "reserve", method: "POST", route: "/internal/reserve", p50: 0.03, p99: 0.089, failing: 0.0002, status: 500},
		{service: inventoryService, name: "GET /stock/{sku}", method: "GET", route: "/stock/{sku}", p50: 0.025, p99: 0.089, failing: 0.0002, status: 500},
		{service: notificationService, name: "send", method: "POST", route: "/internal/send", p50: 0.012, p99: 0.034},
	}
}

// observedCallers report the time of their outgoing calls; the others run with an agent that does not.
var observedCallers = map[string]bool{orderService: true, subscriptionService: true, marketplace: true, paymentService: true}
