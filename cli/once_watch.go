package cli

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
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
		c, err := loadConfig(cmd, o.file)
		files := append([]string{o.file}, c.Named...)
		seen := fingerprint(files)
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

func watchedFiles(c config.Config, file string) string {
	if len(c.Named) == 0 {
		return file
	}
	return fmt.Sprintf("%s and %s it names", file, count(len(c.Named), "file"))
}

// saved waits until the files are not as seen and stay the same for one look,
// so that no half of a file is read. It is false if ctx ended first.
func saved(ctx context.Context, files []string, seen string) bool {
	tick := time.NewTicker(looking)
	defer tick.Stop()
	last := seen
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
		now := fingerprint(files)
		if now != seen && now == last {
			return true
		}
		last = now
	}
}

// fingerprint changes whenever one of the files is saved, also with the same
// content, or within the grain of the file system's clock.
func fingerprint(files []string) string {
	sum := sha256.New()
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			fmt.Fprintf(sum, "%s: not there\n", path)
			continue
		}
		fmt.Fprintf(sum, "%s %d %d\n", path, info.ModTime().UnixNano(), info.Size())
		if file, err := os.Open(path); err == nil {
			_, _ = io.Copy(sum, file) // an error comes again with the next look, or with the load
			_ = file.Close()
		}
	}
	return string(sum.Sum(nil))
}
