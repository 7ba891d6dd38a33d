package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/store"
	"github.com/forewarn/forewarn/web"
)

func newMark() *cobra.Command {
	var file string
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
			c, err := loadConfig(cmd, file)
			if err != nil {
				return err
			}
			db, err := store.Attach(cmd.Context(), c.Agent.Database)
			if err != nil {
				return err
			}
			defer db.Close()
			now := time.Now()
			if err := db.Mark(cmd.Context(), now, text); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "marked %s: %s\n", now.In(c.Agent.Zone).Format("15:04:05"), text)
			return nil
		},
	}
	configFlag(cmd, &file)
	return cmd
}
