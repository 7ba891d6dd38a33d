package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/probes"
)

func newOnce() *cobra.Command {
	var file string
	var asJSON, verbose bool
	cmd := &cobra.Command{
		Use:   "once [journey...]",
		Short: "Walk journeys now and print what happened",
		Long: `Walks the named journeys, or all of them, once, and prints each step. Nothing
is stored and nobody is told.

Exit codes: 0 all passed, 1 bad options, 2 bad configuration, 3 a journey could
not be probed (name, connection, TLS, timeout, our own fault), 4 an expectation
or a capture failed.`,
		RunE: func(cmd *cobra.Command, names []string) error {
			c, err := loadConfig(cmd, file)
			if err != nil {
				return err
			}
			journeys, err := pick(c, names)
			if err != nil {
				return err
			}
			return once(cmd.Context(), cmd.OutOrStdout(), c.Agent.Location, journeys, asJSON, verbose)
		},
	}
	configFlag(cmd, &file)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print every step as JSON, durations in microseconds")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print the transcript of each run, secrets masked")
	return cmd
}

// once walks journeys one after the other and reports all of them.
func once(ctx context.Context, w io.Writer, location string, journeys []probes.Journey, asJSON, verbose bool) error {
	runner := probes.Runner{Location: location, Version: programVersion()}
	var results []probes.Result
	for _, j := range journeys {
		result, transcript := runner.Run(ctx, j, time.Time{})
		results = append(results, result)
		if asJSON {
			continue
		}
		if verbose {
			fmt.Fprintln(w, transcript)
		}
		printRun(w, result)
	}
	if asJSON {
		if err := reportRuns(w, results); err != nil {
			return err
		}
	}
	if code := exitCodeOf(results); code != exitOK {
		return exitError{code: code}
	}
	return nil
}

// exitCodeOf is the worst that results say: not being able to probe hides
// more than a failed expectation does.
func exitCodeOf(results []probes.Result) int {
	code := exitOK
	for _, r := range results {
		code = max(code, exitCode(r))
		if exitCode(r) == exitProbe {
			return exitProbe
		}
	}
	return code
}

func exitCode(r probes.Result) int {
	switch {
	case r.Verdict.Good():
		return exitOK
	case r.Verdict == probes.Failed && r.Failure != nil && judged(r.Failure.Kind):
		return exitExpect
	default:
		return exitProbe
	}
}

// judged reports whether a response came and was found wrong.
func judged(k probes.FailureKind) bool {
	return k == probes.FailExpect || k == probes.FailCapture || k == probes.FailMissing || k == probes.FailRedirect
}

// pick is the journeys of names, in that order, or all of them.
func pick(c config.Config, names []string) ([]probes.Journey, error) {
	var picked []probes.Journey
	for _, j := range c.Journeys {
		if len(names) == 0 || slices.Contains(names, j.Name) {
			picked = append(picked, j.Journey)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(picked, func(j probes.Journey) bool { return j.Name == name }) {
			return nil, fmt.Errorf("there is no journey %q: the configuration has %s", name, journeyList(c))
		}
	}
	return picked, nil
}

func journeyList(c config.Config) string {
	var names []string
	for _, j := range c.Journeys {
		names = append(names, j.Name)
	}
	return strings.Join(names, ", ")
}
