package cli

import (
	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
)

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration, for your editor",
		Long: `Prints the JSON Schema (draft 2020-12) of the configuration. An editor that
knows it names every key with its meaning as you type, and marks mistakes:

  forewarn schema > forewarn.schema.json

and as the first line of forewarn.toml

  #:schema ./forewarn.schema.json

for Even Better TOML (VS Code), taplo and every editor with taplo's language
server. Print it anew after an update of forewarn.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema, err := config.Schema()
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(schema)
			return err
		},
	}
}
