package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/store"
)

func newBackup() *cobra.Command {
	d := &desk{}
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a checked copy of the database, also while an agent runs",
		Long: `Write a checked copy of the database, also while an agent runs.

To restore it, stop the agent and put the copy in the place of the database.
What a crash left beside that must go, or SQLite writes it over the copy:

  rm -f forewarn.db forewarn.db-wal forewarn.db-shm && cp FILE forewarn.db`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.open(cmd, func(db *store.DB, _ config.Config) error {
				if err := db.Backup(cmd.Context(), args[0]); err != nil {
					return err
				}
				info, err := os.Stat(args[0])
				if err != nil {
					return fmt.Errorf("look at the backup: %w", err)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "wrote %s (%d kB)\n", args[0], (info.Size()+1023)/1024)
				return nil
			})
		},
	}
	configFlag(cmd, &d.file)
	return cmd
}
