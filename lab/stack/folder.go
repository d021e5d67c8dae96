package stack

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	folderPrefix = "faultline-lab-"
	folderLock   = "lock"
	// settling is how long a folder may exist without a lock before it counts as abandoned.
	settling = time.Minute
)

// dataFolder holds what the servers store. Its lock tells others that the lab it belongs to is alive.
type dataFolder struct {
	path string
	lock *fileLock
}

// newDataFolder makes one below parent, after clearing away those of labs that were killed.
func newDataFolder(parent string) (*dataFolder, error) {
	sweepData(parent)
	path, err := os.MkdirTemp(parent, folderPrefix)
	if err != nil {
		return nil, fmt.Errorf("cannot make a folder for the servers' data; point TMPDIR to one that can be written: %w", err)
	}
	lock, err := takeLock(filepath.Join(path, folderLock))
	if lock == nil {
		_ = os.RemoveAll(path)
		return nil, fmt.Errorf("cannot lock the folder of the servers' data %s; point TMPDIR to a local disk: %w", path, err)
	}
	return &dataFolder{path: path, lock: lock}, nil
}

// remove deletes the folder; a server that is still ending may put a file back, hence the second try.
func (d *dataFolder) remove() error {
	defer d.lock.release()
	if os.RemoveAll(d.path) == nil {
		return nil
	}
	if err := os.RemoveAll(d.path); err != nil {
		return fmt.Errorf("cannot remove the servers' data; delete %s: %w", d.path, err)
	}
	return nil
}

// sweepData removes the folders whose labs are gone. What cannot be told or removed, such as another person's, is left alone.
func sweepData(parent string) {
	paths, _ := filepath.Glob(filepath.Join(parent, folderPrefix+"*"))
	for _, path := range paths {
		if info, err := os.Lstat(path); err == nil && info.IsDir() && abandoned(path, info.ModTime()) {
			_ = os.RemoveAll(path)
		}
	}
}

func abandoned(path string, changed time.Time) bool {
	name := filepath.Join(path, folderLock)
	if _, err := os.Lstat(name); os.IsNotExist(err) {
		return time.Since(changed) > settling
	}
	lock, err := takeLock(name)
	if err != nil || lock == nil {
		return false
	}
	lock.release()
	return true
}
