package secrets_test

import (
	"strings"
	"testing"

	"github.com/faultline-investigation/faultline/pkg/casebook/secrets"
)

func BenchmarkMaskingAMegabyte(b *testing.B) {
	for name, line := range map[string]string{
		"line":   `level=error ts=2026-01-02T10:30:40Z caller=checkout.go:118 msg="payment failed after retries" trace_id=0af7651916cd43dd8448eb211c80319c err="Post \"https://api.stripe.com/v1/charges\": dial tcp: lookup api.stripe.com: i/o timeout" `,
		"accent": strings.Repeat("é", 200),
		"word":   strings.Repeat("x", 200),
	} {
		for size, repeat := range map[string]int{"short": 1, "long": 100} {
			text := strings.Repeat(line, repeat)
			b.Run(name+"/"+size, func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					secrets.Mask(text)
				}
			})
		}
	}
}
