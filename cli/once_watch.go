package cli

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
)

// looking is how often --watch looks at the files. It asks no notifications
// of the system: bind mounts and network drives give none, and editors that
// rename a new file into place end them.
const looking = 250 * time.Millisecond

// keepWatching walks a round, and another whenever a file was saved, until
// ctx is done, which is the one way it ends: exit code 0.
func (o *once) keepWatching(ctx context.Context, cmd *cobra.Command) error {
	for {
		if isTerminal(o.out) {
			fmt.Fprint(o.out, "\x1b[H\x1b[2J\x1b[3J")
		}
		c, files, seen, err := loadSeen(o.file, loadConfig)
		if err == nil {
			err = o.round(ctx, c)
		}
		if err != nil && ctx.Err() == nil {
			report(o.errOut, err)
		}
		fmt.Fprintf(o.errOut, "\n%s: watching %s; ctrl-C ends it\n", time.Now().Format(time.TimeOnly), watchedFiles(c, o.file))
		if !saved(ctx, files, seen) {
			return nil
		}
	}
}

// loadSeen loads the file, and says how it and the files it names looked before
// that: what is saved while they are read is not as seen then. Which files it
// names is known only afterwards, so it loads again until they stay the same,
// a few times at most.
func loadSeen(file string, load func(string) (config.Config, error)) (c config.Config, files *sightings, seen string, err error) {
	const most = 5
	files = newSightings([]string{file})
	for range most {
		seen = files.fingerprint(time.Now())
		c, err = load(file)
		all := append([]string{file}, c.Named...)
		if slices.Equal(all, files.files) {
			return c, files, seen, err
		}
		files = newSightings(all)
	}
	return c, files, files.fingerprint(time.Now()), err
}

func watchedFiles(c config.Config, file string) string {
	if len(c.Named) == 0 {
		return file
	}
	return fmt.Sprintf("%s and %s it names", file, count(len(c.Named), "file"))
}

// saved waits until the files are not as seen and stay the same for one look,
// so that no half of a file is read. It is false if ctx ended first.
func saved(ctx context.Context, files *sightings, seen string) bool {
	tick := time.NewTicker(looking)
	defer tick.Stop()
	last := seen
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
		now := files.fingerprint(time.Now())
		if now != seen && now == last {
			return true
		}
		last = now
	}
}

// sightings are files as they were seen last.
type sightings struct {
	files []string
	known map[string]sighting
}

// sighting is one file. Its content is read again only if the file, its time or
// its size is another, or if it was saved so shortly before that one more time
// would not show: file systems count in steps of up to two seconds.
type sighting struct {
	info    os.FileInfo
	content [sha256.Size]byte
	settled bool
}

// same reports whether the content need not be read again.
func (s sighting) same(info os.FileInfo) bool {
	return s.settled && os.SameFile(s.info, info) && s.info.ModTime().Equal(info.ModTime()) && s.info.Size() == info.Size()
}

const grain = 2 * time.Second

func newSightings(files []string) *sightings {
	return &sightings{files: files, known: map[string]sighting{}}
}

// fingerprint changes whenever one of the files is saved, also with the same
// content, or within the grain of the file system's clock.
func (s *sightings) fingerprint(now time.Time) string {
	sum := sha256.New()
	for _, path := range s.files {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			fmt.Fprintf(sum, "%s: not there\n", path)
			delete(s.known, path)
			continue
		}
		one := s.known[path]
		if !one.same(info) {
			one = sighting{info, contentSum(path), now.Sub(info.ModTime()) > grain}
			s.known[path] = one
		}
		fmt.Fprintf(sum, "%s %d %d %x\n", path, info.ModTime().UnixNano(), info.Size(), one.content)
	}
	return string(sum.Sum(nil))
}

// contentSum is of what can be read: an error comes again with the next look,
// or with the load.
func contentSum(path string) (content [sha256.Size]byte) {
	file, err := os.Open(path)
	if err != nil {
		return content
	}
	defer file.Close()
	sum := sha256.New()
	_, _ = io.Copy(sum, file)
	return [sha256.Size]byte(sum.Sum(nil))
}
