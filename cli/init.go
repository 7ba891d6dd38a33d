package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

func newInit() *cobra.Command {
	var webhook, file string
	cmd := &cobra.Command{
		Use:   "init URL",
		Short: "Look at a page ten times and write a forewarn.toml for it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			if _, err := os.Lstat(file); err == nil {
				return fmt.Errorf("%s exists already: remove it, or name another with --output", file)
			}
			p, err := propose(cmd.Context(), args[0], webhook, func(line string) { fmt.Fprint(out, line) })
			if err != nil {
				return err
			}
			if err := writeNew(file, p.TOML()); err != nil {
				return err
			}
			next := "forewarn run"
			if file != "forewarn.toml" {
				next += " -c " + file
			}
			p.webhook = strings.Repeat("*", min(3, len(p.webhook))) // a secret: it is in the file, not on the screen
			fmt.Fprintf(out, "\nwrote %s:\n\n%s\n\nnext: %s\n", file, indent(p.TOML(), "  "), next)
			return nil
		},
	}
	cmd.Flags().StringVar(&webhook, "slack-webhook", "", "incoming webhook that messages go to (https://hooks.slack.com/services/...)")
	cmd.Flags().StringVarP(&file, "output", "o", "forewarn.toml", "file to write")
	return cmd
}

// writeNew writes text to a file that must not exist, readable by its owner
// only: it may hold a webhook.
func writeNew(file, text string) (err error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already: remove it, or name another with --output", file)
	}
	if err != nil {
		return fmt.Errorf("write the configuration: %w: name a file that you may write with --output", err)
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
