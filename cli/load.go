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
	file, err := findConfig(file)
	if err != nil {
		return config.Config{}, err
	}
	c, err := config.Load(file, os.LookupEnv)
	if err != nil {
		return c, exitError{exitConfig, err}
	}
	for _, w := range c.Warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: %v\n", w)
	}
	return c, nil
}

// findConfig is the file to load: the one that was named, or one where they
// are looked for.
func findConfig(named string) (string, error) {
	file, err := config.Find(named, os.LookupEnv)
	if err != nil {
		return "", exitError{exitConfig, err}
	}
	return file, nil
}
