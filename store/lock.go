package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// ownerOnly: no one else may read what we keep: responses can hold what customers see.
const ownerOnly = 0o600

// lockFile takes the lock that only one agent can have. It is the kernel's:
// it goes with the process, however that ends. The file stays, since removing
// it would let two agents lock two files of one name.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, ownerOnly)
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w: let this user write the file and its folder", err)
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		err = fmt.Errorf("%s: %w, %s: stop it first, or give this one a database of its own", path, ErrLocked, holder(f))
	}
	if err == nil {
		err = sign(f)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// sign writes our process id into the lock, for whoever is refused.
func sign(f *os.File) error {
	err := errors.Join(f.Chmod(ownerOnly), f.Truncate(0))
	if err == nil {
		_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	if err != nil {
		return fmt.Errorf("lock the database: %w", err)
	}
	return nil
}

// holder names the process that signed the lock.
func holder(f *os.File) string {
	text, err := io.ReadAll(io.LimitReader(f, 20))
	pid := strings.TrimSpace(string(text))
	if err != nil || pid == "" {
		return "its process id is unknown"
	}
	return "process " + pid
}

// makePrivate makes the file if it is missing, and readable by its owner only.
// SQLite gives its side files the mode of the database. An existing file must
// not be opened here: closing it would drop the locks that SQLite holds on it.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, ownerOnly)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("make the database: %w", err)
	}
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Chmod(file, ownerOnly); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("make the database private: %w", err)
		}
	}
	return nil
}
