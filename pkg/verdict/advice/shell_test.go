package advice

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// hostile are values that would do something else if they were not quoted; rapid adds arbitrary ones.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{"web; rm -rf /", "$(id)", "`id`", "a'b", "'; id; '", "a\\'; id", "--kubeconfig=/tmp/x", "-n", "a\nid\n", "\x03id\r", "a b", "*", "~", "$HOME",
			"&& id", "| id", "> /etc/passwd", "", "\u202eevil", "ü", "a\\", "!!", "#", "{a,b}", "web"}),
		rapid.StringOf(rapid.RuneFrom([]rune("'\"\\`$();&|<> -a\n"))),
	)
}

func TestAShellSeesAnyValueAsOneWordOrTheCommandIsNotOffered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first, second := hostile().Draw(t, "first"), hostile().Draw(t, "second")
		text, ok := line("set -- get pods %s -n %s", first, second)
		if !ok {
			return
		}
		out, err := exec.Command("sh", "-c", text+"; printf '%s\\n' \"$#\" \"$3\" \"$5\"").Output()
		require.NoError(t, err, text)
		require.Equal(t, "5\n"+first+"\n"+second+"\n", string(out))
	})
}

func TestNamesOfKubernetesNeedNoQuotes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z0-9]([-a-z0-9.]{0,40}[a-z0-9])?`).Draw(t, "name")
		word, ok := argument(name)
		require.True(t, ok)
		require.Equal(t, name, word)
	})
}

func TestWhatATerminalWouldObeyIsRefused(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", "-n", "--all", "a\nb", "a\x03", "\x1b[A", "a\u202eb", "a\u2028b", "\xff", "a\u00a0b"} {
		_, ok := argument(value)
		require.False(t, ok, "%q", value)
	}
}
