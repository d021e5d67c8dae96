package walkthrough

import (
	"time"

	"github.com/faultline-investigation/faultline/lab/scenarios/synth"
)

// flow counts all requests of a second but the failing ones of the story, which are counted one by one.
func (g *generator) flow(second time.Time, now conditions, rates []float64) {
	t := g.traffic
	for i, e := range t.endpoints {
		requests := rates[i]
		if e.storied {
			if e.key() != charge {
				g.flowStoried(second, now, e, requests)
			}
		} else {
			e.ordinary(second, requests)
			if e.direct > 0 {
				direct := e.direct * t.wobble(e.service, second)
				t.entrances[e.service].ordinary(second, direct, e)
			}
		}
		for j, c := range e.operation.calls {
			e.edges[j].ordinary(second, requests*c.times, t.byKey[c.to])
		}
	}
}

// flowStoried counts the requests that ask for a charge and succeed, with the charge and the call of the card processor.
func (g *generator) flowStoried(second time.Time, now conditions, e *endpoint, requests float64) {
	t := g.traffic
	// On a normal day half of the checkouts that fail do so in order-service itself.
	paying, everydayCharges, everydayOwn, latency := 1.0, chargeNormal, 0.0, t.charge
	if e.key() == checkout {
		paying, everydayCharges, everydayOwn, latency = payingCheckouts, checkoutNormal/2/payingCheckouts, checkoutNormal/2, t.whole
	}
	chargesFailing := chargeFailing*now.failing + everydayCharges*(1-now.failing)
	own := everydayOwn * (1 - now.failing)
	charges := requests * paying * (1 - chargesFailing)
	mix := latency.succeeding(now, paying)
	succeeded := requests * (1 - paying*chargesFailing - own)
	e.flow(second, statusOK, succeeded, mix)
	t.entrances[e.service].flow(second, succeeded, statusOK, mix)

	chargeMix := t.charge.succeeding(now, 1)
	t.byKey[charge].flow(second, statusOK, charges, chargeMix)
	t.edges[[2]string{e.service, paymentService}].flow(second, charges, statusOK, chargeMix)
	call := t.stripeCalls.within(chargeMix)
	t.stripe.flow(second, charges, statusOK, call)
	t.stripeOK.FlowMix(charges, call)
}

// ordinary counts calls to an operation that the story leaves alone.
func (e *edge) ordinary(at time.Time, requests float64, to *endpoint) {
	mix := synth.Mix{{Shape: to.shape, Weight: 1}}
	e.flow(at, requests*(1-to.failing), statusOK, mix)
	if to.failing > 0 {
		e.flow(at, requests*to.failing, to.status, mix)
	}
}

// fail counts one failing request with all that it called, keeps its trace, and writes what services say of it.
func (g *generator) fail(f failure) {
	t := g.traffic
	e := t.byKey[f.endpoint]
	on := g.cluster.serving(e.service, f.end, f.number)
	payer := g.cluster.serving(paymentService, f.end, f.number)
	root := g.failingTrace(f, on, payer)
	if series := e.observe(on, f.status(), f.whole); series != nil && f.endpoint == checkout && (series.Exemplar == nil || f.whole > series.Exemplar.Seconds) {
		series.Exemplar = &synth.Exemplar{At: f.end, Seconds: f.whole, Trace: f.trace, Span: root.id}
	}
	t.entrances[e.service].observe(on, f.status(), f.whole)
	if f.kind != databaseBusy {
		t.byKey[charge].observe(payer, f.status(), f.charge)
		t.edges[[2]string{e.service, paymentService}].observe(on, f.status(), f.charge)
	}
	if f.kind == stripeTimeout || f.kind == stripeRefused {
		called := f.gaveUp().Sub(f.attempts[2]).Seconds()
		status := 0
		if f.kind == stripeRefused {
			status = 502
		}
		t.stripe.observe(payer, status, called)
		t.stripeBad.Observe(called)
	}
	if f.endpoint == checkout || f.number%otherFailuresKept == 0 {
		g.write(root, f.trace)
	}
	g.sayFailure(f, on, payer)
}

// otherFailuresKept: of the failing requests that are not checkouts, one in so many is kept as a trace.
const otherFailuresKept = 8
