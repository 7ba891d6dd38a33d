package cli

import (
	"errors"
	"io"
	_ "time/tzdata" // a container has none

	"github.com/spf13/cobra"
)

// Exit codes, those of Hurl: scripts can tell a broken product from a broken
// configuration.
const (
	exitOK      = 0
	exitOptions = 1
	exitConfig  = 2
	exitProbe   = 3
	exitExpect  = 4
)

// exitError carries an exit code through cobra. Its text may be empty when
// the command has already said everything.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

// Main runs one command line and returns the process's exit code.
func Main(args []string, in io.Reader, out, errOut io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.Execute()
	var coded exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &coded):
		report(errOut, coded)
		return coded.code
	default:
		report(errOut, err)
		return exitOptions
	}
}

func report(w io.Writer, err error) {
	if text := err.Error(); text != "" {
		io.WriteString(w, "forewarn: "+text+"\n")
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "forewarn",
		Short:         "Warns before a user journey gets too slow or fails",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newInit(), newCheck(), newOnce(), newRun(), newStatus(), newMark(), newDemo(), newBackup(), newBacktest(), newTest(), newVersion())
	return root
}
