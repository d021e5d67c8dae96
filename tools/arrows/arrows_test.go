package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.."

func TestThePictureOfTheArchitectureIsOfNow(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(root + "/" + document)
	require.NoError(t, err)
	drawn, err := drawnInto(string(content), root)
	require.NoError(t, err)
	require.Equal(t, drawn, string(content), "draw it again with: go run ./tools/arrows")
}

func TestNoFolderAndNoFileOfThePageImportsItself(t *testing.T) {
	t.Parallel()
	folders, err := goFolders(root)
	require.NoError(t, err)
	require.Nil(t, folders.circle())
	require.Contains(t, folders["verdict"], "cluster")
	require.NotContains(t, folders["verdict"], "phase", "the verdict is given facts, and asks nothing")
	files, err := pageFiles(root)
	require.NoError(t, err)
	require.Nil(t, files.circle())
	require.Contains(t, files["connect/StepList.tsx"], "connect/steps.ts", "types count too")
}

// The fourth phase looks at most; it stays a room in which every arrow goes one way.
func TestThePhaseOfTheCauseHasFewFilesAndNoCircleAmongThem(t *testing.T) {
	t.Parallel()
	files, err := goFiles(root + "/pkg/phase/cause")
	require.NoError(t, err)
	require.LessOrEqual(t, len(files), 16)
	require.Nil(t, files.circle())
	require.Contains(t, files["cause.go"], "pods.go")
}

func TestACircleIsFoundAndAnArrowThatALongerWaySaysIsLeftOut(t *testing.T) {
	t.Parallel()
	g := graph{}
	for _, arrow := range [][2]string{{"a", "b"}, {"b", "c"}, {"a", "c"}, {"c", "d"}} {
		g.add(arrow[0], arrow[1])
	}
	require.Nil(t, g.circle())
	require.Equal(t, graph{"a": {"b"}, "b": {"c"}, "c": {"d"}}, g.reduced())
	require.Equal(t, graph{"a": {"c"}, "c": {"d"}}, g.without("b"))
	g.add("d", "b")
	require.Equal(t, []string{"b", "c", "d", "b"}, g.circle())
}
