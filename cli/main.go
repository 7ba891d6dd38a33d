package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
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
		// of letters, between what was typed and what it may have been
		SuggestionsMinimumDistance: 2,

		Args: unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w: see %s --help", err, cmd.CommandPath())
	})
	addGroup(root, "Begin:", newDemo(), newInit(), newImport(), newSlack(), newCheck(), newOnce(), newSchema())
	addGroup(root, "Watch:", newRun(), newStatus(), newIncident(), newMark(), newOutbox(), newBackup())
	addGroup(root, "Prove the rules:", newBacktest(), newTest())
	root.AddCommand(newVersion())
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

// explainArguments makes a command and those below it show their usage when
// their arguments are wrong.
func explainArguments(c *cobra.Command) {
	for _, below := range c.Commands() {
		explainArguments(below)
	}
	args := c.Args
	if args == nil {
		return
	}
	c.Args = func(cmd *cobra.Command, given []string) error {
		if err := args(cmd, given); err != nil {
			return fmt.Errorf("%w: usage: %s", err, cmd.UseLine())
		}
		return nil
	}
}

// unknownCommand says what a mistyped command may have been.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("there is no command %q: did you mean %s?", args[0], strings.Join(near, " or "))
	}
	return fmt.Errorf("there is no command %q: see forewarn help", args[0])
}
