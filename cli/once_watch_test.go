package cli

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/forewarn/forewarn/config"
)

// Whoever saves while the files are being read wants a round of what was saved.
func TestASaveWhileTheFilesAreReadIsSeen(t *testing.T) {
	dir := t.TempDir()
	file, body := filepath.Join(dir, "shop.toml"), filepath.Join(dir, "body.json")
	for _, saved := range []string{file, body} {
		for during := 1; during <= 2; during++ {
			var read map[string]string // what the last load found
			loads := 0
			save := func(path, content string) {
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			save(file, "old")
			save(body, "old")
			_, files, seen, err := loadSeen(file, func(string) (config.Config, error) {
				read = map[string]string{}
				for _, path := range []string{file, body} {
					content, err := os.ReadFile(path)
					if err != nil {
						t.Fatal(err)
					}
					read[path] = string(content)
				}
				if loads++; loads == during {
					save(saved, "new")
				}
				return config.Config{Named: []string{body}}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			stale := loads >= during && read[saved] == "old"
			if changed := files.fingerprint(time.Now()) != seen; changed != stale {
				t.Errorf("%s saved during load %d of %d: read %q, and a change is seen: %t", filepath.Base(saved), during, loads, read[saved], changed)
			}
		}
	}
}

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
