package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
)

func configFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVarP(file, "config", "c", "", "configuration file (default: $FOREWARN_CONFIG, ./forewarn.toml, ...)")
}

// loadConfig reads the configuration, prints its warnings, and turns its
// errors into the exit code for a bad configuration.
func loadConfig(cmd *cobra.Command, file string) (config.Config, error) {
	file, err := config.Find(file, os.LookupEnv)
	if err != nil {
		return config.Config{}, exitError{exitConfig, err}
	}
	c, err := config.Load(file, os.LookupEnv)
	if err != nil {
		return config.Config{}, exitError{exitConfig, err}
	}
	for _, w := range c.Warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: %v\n", w)
	}
	return c, nil
}
