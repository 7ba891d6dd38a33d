package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/backtest"
)

// backtestInputs replays the series that a file lists and writes what would
// have been said of them.
func backtestInputs(cmd *cobra.Command, o backtestOptions, journeys []string) error {
	if len(journeys) > 0 || len(o.configs) > 0 || o.suggest || o.asJSON || cmd.Flags().Changed("since") {
		return errors.New("--inputs reads its rules from the file: leave journeys and other flags out, but --out")
	}
	inputs, err := backtest.ReadInputs(o.inputs)
	if err != nil {
		return err
	}
	told, err := backtest.Replay(inputs)
	if err != nil {
		return err
	}
	if o.out != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "%d series, %d rows for %s\n", len(inputs), len(told), o.out)
	}
	return writeTo(cmd.OutOrStdout(), o.out, func(w io.Writer) error { return backtest.WriteNotices(w, told) })
}

// writeTo lets write fill the named file, or out if there is no name.
func writeTo(out io.Writer, name string, write func(io.Writer) error) error {
	if name == "" {
		return write(out)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
