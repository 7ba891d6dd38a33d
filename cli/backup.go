package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/store"
)

func newBackup() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a checked copy of the database, also while an agent runs",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(cmd, file)
			if err != nil {
				return err
			}
			db, err := store.Attach(cmd.Context(), c.Agent.Database)
			if err != nil {
				return err
			}
			defer db.Close()
			if err := db.Backup(cmd.Context(), args[0]); err != nil {
				return err
			}
			info, err := os.Stat(args[0])
			if err != nil {
				return fmt.Errorf("look at the backup: %w", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "wrote %s (%d kB)\n", args[0], (info.Size()+1023)/1024)
			return nil
		},
	}
	configFlag(cmd, &file)
	return cmd
}
