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

// loadConfig reads the configuration, and turns its errors into the exit code
// for a bad configuration. Its warnings are for whoever works on the file:
// [loadWarned] says them.
func loadConfig(file string) (config.Config, error) { return loadBy(config.Load, file) }

// loadBare is loadConfig for commands that ask no server: at night one has
// not the service's secrets at hand.
func loadBare(file string) (config.Config, error) { return loadBy(config.LoadBare, file) }

func loadBy(load func(string, func(string) (string, bool)) (config.Config, error), file string) (config.Config, error) {
	file, err := findConfig(file)
	if err != nil {
		return config.Config{}, err
	}
	c, err := load(file, os.LookupEnv)
	if err != nil {
		return c, exitError{exitConfig, err}
	}
	return c, nil
}

// loadWarned is [loadConfig] with the warnings of the file printed: by check,
// and by an agent at its start and at each reload. Who acknowledges at night
// does not want to read of them again.
func loadWarned(cmd *cobra.Command, file string) (config.Config, error) {
	c, err := loadConfig(file)
	for _, w := range c.Warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: %v\n", w)
	}
	return c, err
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
