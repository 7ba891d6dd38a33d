package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/forewarn/forewarn/config"
)

// explainArguments makes a command and those below it say in our words what is
// wrong with their arguments, and show their usage.
func explainArguments(c *cobra.Command) {
	for _, below := range c.Commands() {
		explainArguments(below)
	}
	args := c.Args
	if args == nil {
		return
	}
	c.Args = func(cmd *cobra.Command, given []string) error {
		switch {
		case args(cmd, given) == nil:
			return nil
		case cmd.HasSubCommands():
			return unknownCommand(cmd, given)
		}
		return fmt.Errorf("%s: usage: %s", misfit(cmd, given), cmd.UseLine())
	}
}

// misfit says which argument is missing, or which is one too many.
func misfit(cmd *cobra.Command, given []string) string {
	_, line, _ := strings.Cut(strings.ReplaceAll(cmd.Use, " | -", ""), " ")
	words := strings.Fields(line)
	for i, word := range words {
		if i >= len(given) && !strings.HasPrefix(word, "[") {
			return strings.TrimSuffix(word, "...") + " is missing"
		}
	}
	return fmt.Sprintf("%q is one argument too many", given[min(len(words), len(given)-1)])
}

// unknownCommand says what a mistyped command may have been.
func unknownCommand(parent *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	name := strings.TrimPrefix(parent.CommandPath()+" "+args[0], parent.Root().Name()+" ")
	parent.SuggestionsMinimumDistance = 2 // letters, between what was typed and what it may have been
	if near := parent.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("there is no command %q: did you mean %s?", name, strings.Join(near, " or "))
	}
	return fmt.Errorf("there is no command %q: see %s --help", name, parent.CommandPath())
}

// badFlag says what is wrong with a flag, and what to write.
func badFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	what := err.Error()
	switch {
	case errors.As(err, &unknown):
		what = unknownFlag(cmd, unknown)
	case errors.As(err, &bare):
		what = fmt.Sprintf("--%s needs a value: %s", bare.GetFlag().Name, bare.GetFlag().Usage)
	case errors.As(err, &wrong):
		what = fmt.Sprintf("--%s %s: %s", wrong.GetFlag().Name, wrong.GetValue(), wanted(wrong))
	}
	return fmt.Errorf("%s: see %s --help", what, cmd.CommandPath())
}

func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) string {
	if e.GetSpecifiedShortnames() != "" {
		return fmt.Sprintf("%s has no -%s", cmd.CommandPath(), e.GetSpecifiedName())
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	what := fmt.Sprintf("%s has no --%s", cmd.CommandPath(), e.GetSpecifiedName())
	if near := nearFlags(e.GetSpecifiedName(), names); near != nil {
		what += ", did you mean --" + strings.Join(near, " or --") + "?"
	}
	return what
}

// nearFlags are the flags that were most likely meant by name: those that begin
// with the same words, if none of them has a last word near its own, since no
// slip of the finger makes xml of har; else the nearest.
func nearFlags(name string, flags []string) []string {
	if at := strings.LastIndexByte(name, '-'); at > 0 {
		begin, end := name[:at+1], name[at+1:]
		var kin, ends []string
		for _, flag := range flags {
			if last, same := strings.CutPrefix(flag, begin); same {
				kin, ends = append(kin, flag), append(ends, last)
			}
		}
		if config.Nearest(end, ends) == "" && kin != nil {
			return kin
		}
	}
	if near := config.Nearest(name, flags); near != "" {
		return []string{near}
	}
	return nil
}

// wanted is what the value of a flag should have been.
func wanted(e *pflag.InvalidValueError) string {
	switch e.GetFlag().Value.Type() {
	case "int", "uint64":
		return "write a whole number"
	case "duration":
		return "write a number and a unit, such as 90s or 2m"
	case "bool":
		return "write true or false, or nothing"
	}
	return errors.Unwrap(e).Error()
}

// newHelp is `forewarn help [command]`.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "The help of a command",
		RunE: func(cmd *cobra.Command, words []string) error {
			found, rest, err := cmd.Root().Find(words)
			if err != nil || len(rest) > 0 {
				return unknownCommand(found, rest)
			}
			found.InitDefaultHelpFlag() // else its help would not show it
			return found.Help()
		},
	}
}
