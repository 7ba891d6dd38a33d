package cli

import (
	"errors"
	"fmt"
	"io"
	_ "time/tzdata" // a container has none

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
)

// Exit codes, those of Hurl: scripts can tell a broken product from a broken
// configuration.
const (
	exitOK      = 0
	exitOptions = 1
	exitConfig  = 2
	exitProbe   = 3
	exitExpect  = 4

	exitInterrupted = 130 // as shells say it of ctrl-C
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

// report writes why a command ended. Problems of a file begin with their place,
// as editors and CI expect it; all else with the program's name.
func report(w io.Writer, err error) {
	var problems config.Problems
	text := err.Error()
	switch {
	case text == "":
	case errors.As(err, &problems):
		fmt.Fprintf(w, "%s\n\n%s in %s\n", text, count(len(problems), "error"), problems[0].File)
	default:
		fmt.Fprintf(w, "forewarn: %s\n", text)
	}
}

// count is n with its noun: "1 journey", "3 journeys".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:                   "forewarn",
		Short:                 "Warns before a user journey gets too slow or fails",
		DisableFlagsInUseLine: true,
		SilenceUsage:          true,
		SilenceErrors:         true,
		Args:                  unknownCommand,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(badFlag)
	root.SetHelpCommand(newHelp())
	addGroup(root, "Begin:", newDemo(), newInit(), newImport(), newSlack(), newCheck(), newOnce(), newSchema())
	addGroup(root, "Watch:", newRun(), newStatus(), newDigest(), newIncident(), newMark(), newOutbox(), newBackup())
	addGroup(root, "Prove the rules:", newBacktest(), newTest())
	version := newVersion()
	explainArguments(version)
	root.AddCommand(version)
	return root
}

// addGroup adds commands that the help shows together.
func addGroup(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, c := range commands {
		c.GroupID = title
		explainArguments(c)
		root.AddCommand(c)
	}
}
