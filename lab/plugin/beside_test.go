package plugin_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultline-investigation/faultline/lab/plugin"
	"github.com/faultline-investigation/faultline/lab/stack"
)

// doomedVariable makes the test's program a lab that waits to be killed; its value is the backend that it runs.
const doomedVariable = "FAULTLINE_PLUGIN_DOOMED"

// footprint is what a backend beside a store must not leave behind.
type footprint struct {
	PID    int
	Folder string // with its socket
}

func doomed(binary string) int {
	servers, err := stack.Start(context.Background(), stack.Options{Progress: os.Stderr, MetricsOnly: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	b, err := plugin.StartBeside(servers, binary, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	folder, err := servers.Folder("backend")
	if err != nil || json.NewEncoder(os.Stdout).Encode(footprint{b.PID(), folder}) != nil {
		return 1
	}
	_, _ = io.ReadAll(os.Stdin)
	return 0
}

func TestABackendBesideAStoreEndsWithAKilledLabAndLeavesNoSocket(t *testing.T) {
	t.Parallel()
	lab := exec.Command(os.Args[0])
	lab.Env = append(os.Environ(), doomedVariable+"="+binary)
	_, err := lab.StdinPipe() // it stays open, so that the lab waits
	require.NoError(t, err)
	output, err := lab.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, lab.Start())
	line, err := bufio.NewReader(output).ReadBytes('\n')
	var left footprint
	if assert.NoError(t, err) && assert.NoError(t, json.Unmarshal(line, &left)) {
		sockets, _ := os.ReadDir(left.Folder)
		assert.Len(t, sockets, 1, "while it runs")
		assert.True(t, alive(left.PID), "while it runs")
	}

	require.NoError(t, lab.Process.Kill())
	require.Error(t, lab.Wait())
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		assert.NoDirExists(t, left.Folder)
		assert.False(t, alive(left.PID))
	}, time.Minute, 100*time.Millisecond)
}

// alive says whether a process runs. One that has ended and waits for its parent to notice does not.
func alive(pid int) bool {
	state, _ := exec.Command("ps", "-o", "stat=", "-p", fmt.Sprint(pid)).Output()
	word := strings.TrimSpace(string(state))
	return word != "" && !strings.HasPrefix(word, "Z")
}
