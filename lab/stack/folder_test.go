package stack

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestANewLabClearsAwayWhatAKilledOneLeftAndSparesALivingOne(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	living, err := newDataFolder(parent)
	require.NoError(t, err)
	killed, err := newDataFolder(parent)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(killed.path, "chunk"), []byte("data"), 0o600))
	killed.lock.release() // as the kernel does when the process dies

	next, err := newDataFolder(parent)
	require.NoError(t, err)
	assert.NoDirExists(t, killed.path)
	assert.DirExists(t, living.path)

	require.NoError(t, living.remove())
	require.NoError(t, next.remove())
	assert.Empty(t, namesIn(t, parent))
}

func TestAFolderWithoutALockIsSparedWhileItIsNew(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	fresh, old := filepath.Join(parent, folderPrefix+"fresh"), filepath.Join(parent, folderPrefix+"old")
	require.NoError(t, os.Mkdir(fresh, 0o755))
	require.NoError(t, os.Mkdir(old, 0o755))
	before := time.Now().Add(-2 * settling)
	require.NoError(t, os.Chtimes(old, before, before))

	sweepData(parent)
	assert.Equal(t, []string{filepath.Base(fresh)}, namesIn(t, parent))
}

func TestFilesOfOthersAreNeverSwept(t *testing.T) {
	t.Parallel()
	parent, elsewhere := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(elsewhere, folderLock), nil, 0o600))
	require.NoError(t, os.Symlink(elsewhere, filepath.Join(parent, folderPrefix+"link")))
	require.NoError(t, os.WriteFile(filepath.Join(parent, folderPrefix+"file"), nil, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(parent, "other"), 0o755))

	sweepData(parent)
	assert.Len(t, namesIn(t, parent), 3)
	assert.FileExists(t, filepath.Join(elsewhere, folderLock))
}

func TestAMissingParentIsNamed(t *testing.T) {
	t.Parallel()
	_, err := newDataFolder(filepath.Join(t.TempDir(), "missing"))
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "point TMPDIR")
}
