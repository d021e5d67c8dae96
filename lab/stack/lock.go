package stack

import (
	"context"
	"os"
	"time"
)

const lockPoll = 100 * time.Millisecond

// fileLock is a lock between processes; it ends with its holder, however that one dies.
type fileLock struct{ file *os.File }

// takeLock returns nil without an error when somebody else holds the lock.
func takeLock(path string) (*fileLock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	taken, err := tryLock(file)
	if err != nil || !taken {
		_ = file.Close()
		return nil, err
	}
	return &fileLock{file}, nil
}

// awaitLock takes the lock as soon as it is free.
func awaitLock(ctx context.Context, path string) (*fileLock, error) {
	for {
		lock, err := takeLock(path)
		if lock != nil || err != nil {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(lockPoll):
		}
	}
}

func (l *fileLock) release() { _ = l.file.Close() }
