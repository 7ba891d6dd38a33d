package cli

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAFileIsReadAgainOnlyIfItMayHaveChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.toml")
	now := time.Now()
	write := func(content string, written time.Time) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, written); err != nil {
			t.Fatal(err)
		}
	}
	long := now.Add(-time.Hour)
	files := newSightings([]string{path, filepath.Join(t.TempDir(), "none")})
	last := ""
	for _, step := range []struct {
		name    string
		content string
		written time.Time
		changed bool
	}{
		{"first seen", "a = 1", long, true},
		{"nothing happened", "a = 1", long, false},
		{"only its content is another: it was not read", "a = 2", long, false},
		{"saved with the same content", "a = 2", long.Add(time.Second), true},
		{"another size", "a = 22", long.Add(time.Second), true},
		{"saved just now", "a = 33", now, true},
		{"saved again within the grain of the clock", "a = 44", now, true},
	} {
		write(step.content, step.written)
		print := files.fingerprint(now)
		if changed := print != last; changed != step.changed {
			t.Errorf("%s: changed %v", step.name, changed)
		}
		last = print
	}
	other := path + ".new"
	if err := os.WriteFile(other, []byte("a = 55"), 0o600); err != nil {
		t.Fatal(err)
	}
	write("a = 66", long)
	last = files.fingerprint(now)
	if err := errors.Join(os.Chtimes(other, now, long), os.Rename(other, path)); err != nil {
		t.Fatal(err)
	}
	if print := files.fingerprint(now); print == last {
		t.Error("another file of the same time and size in its place is not seen")
	} else {
		last = print
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if files.fingerprint(now) == last {
		t.Error("a file that is gone is as it was")
	}
}
