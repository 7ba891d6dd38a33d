package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/store"
	"github.com/forewarn/forewarn/web"
)

func newMark() *cobra.Command {
	d := &desk{}
	cmd := &cobra.Command{
		Use:     "mark TEXT",
		Short:   "Tell forewarn what just changed, such as a deploy",
		Long:    "Keeps TEXT with the present time. Messages name the last mark before a change, and a\nforecast that did not come true after one counts as averted.",
		Example: `  forewarn mark "deploy 1.2"`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, words []string) error {
			text, err := web.Sentence(strings.Join(words, " "))
			if err != nil {
				return err
			}
			return d.open(cmd, func(db *store.DB, c config.Config) error {
				now := time.Now()
				if err := db.Mark(cmd.Context(), now, text); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "marked %s: %s\n", now.In(c.Agent.Zone).Format("15:04:05"), text)
				return nil
			})
		},
	}
	configFlag(cmd, &d.file)
	return cmd
}
