package source_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/pkg/source"
)

func TestAReasonTellsNoMoreThanFitsASentence(t *testing.T) {
	t.Parallel()
	for text, told := range map[string]string{
		"dial tcp 10.0.0.1:9090: connect: connection refused":                          "dial tcp 10.0.0.1:9090: connect: connection refused",
		`failed to parse Location header "https://idp.example/login?token=abc^": bad`:  `failed to parse Location header "https://idp.example/login": bad`,
		`unsupported "https://joe:hunter2@idp.example/x#frag" and http://b/c?k=v next`: `unsupported "https://idp.example/x" and http://b/c next`,
		"two\nlines\x1b[31m":         "two lines [31m",
		strings.Repeat("long ", 100): strings.Repeat("long ", 40) + "…",
	} {
		require.Equal(t, told, source.Reason(fmt.Errorf("Get: %w", errors.New(text)))) //nolint:err113 // what libraries say
	}
}
