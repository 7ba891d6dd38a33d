package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/alert/scenario"
)

func newTest() *cobra.Command {
	var file string
	var tap bool
	cmd := &cobra.Command{
		Use:   "test FILE...",
		Short: "Test your rules: run scenario files and compare what is said, and when",
		Long: `Runs the scenarios of the files: a series of runs in short notation goes through
exactly the code that watches live, and what it says is compared with what the
file expects. There is no network, no clock and no database: a month takes
seconds. docs/scenarios.md explains the files.

A scenario names its limits itself, or a journey whose limits come from the
configuration.

Exit codes: 0 all as expected, 1 bad options, 2 a file or the configuration is
wrong, 4 something else was said than expected.`,
		Example: "  forewarn test rules/*.scenario\n  forewarn test -c forewarn.toml checkout.scenario",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			scenarios, err := readScenarios(files)
			if err != nil {
				return err
			}
			o, err := scenarioOptions(cmd, file, scenarios)
			if err != nil {
				return err
			}
			return runScenarios(cmd.OutOrStdout(), scenarios, o, tap)
		},
	}
	configFlag(cmd, &file)
	cmd.Flags().BoolVar(&tap, "tap", false, "print as TAP, the test anything protocol")
	return cmd
}

// readScenarios reads all files and names every line that is wrong.
func readScenarios(files []string) ([]scenario.Scenario, error) {
	var all []scenario.Scenario
	var wrong error
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the scenarios: %w: name files as docs/scenarios.md explains them", err)
		}
		scenarios, err := scenario.Parse(file, text)
		wrong = errors.Join(wrong, err)
		all = append(all, scenarios...)
	}
	if wrong != nil {
		return nil, exitError{exitConfig, wrong}
	}
	return all, nil
}

// scenarioOptions takes limits from the configuration where one is named, or
// a scenario asks for a journey of it.
func scenarioOptions(cmd *cobra.Command, file string, all []scenario.Scenario) (scenario.Options, error) {
	asked := slices.ContainsFunc(all, func(s scenario.Scenario) bool { return s.Journey != "" })
	if file == "" && !asked {
		return scenario.Options{}, nil
	}
	c, err := loadBare(file)
	if err != nil {
		return scenario.Options{}, err
	}
	o := scenario.Options{Zone: c.Agent.Zone}
	for _, j := range c.Journeys {
		o.Limits = append(o.Limits, j.Limits...)
	}
	return o, nil
}

// runScenarios runs one scenario after the other and says how each went.
func runScenarios(w io.Writer, all []scenario.Scenario, o scenario.Options, tap bool) error {
	if tap {
		fmt.Fprintf(w, "%s\n1..%d\n", tapVersion, len(all))
	}
	failed := 0
	for i, s := range all {
		report, err := scenario.Run(s, o)
		if err != nil {
			return exitError{exitConfig, err}
		}
		if !report.OK() {
			failed++
		}
		if tap {
			printTAP(w, i+1, report)
		} else {
			fmt.Fprint(w, report)
		}
	}
	if !tap {
		fmt.Fprintf(w, "\nscenarios: %d ok, %d failed\n", len(all)-failed, failed)
	}
	if failed > 0 {
		return exitError{code: exitExpect}
	}
	return nil
}

// printTAP writes one result, and below a failed one its timeline.
func printTAP(w io.Writer, number int, r scenario.Report) {
	if r.OK() {
		fmt.Fprintf(w, "ok %d - %s\n", number, r.Scenario.Name)
		return
	}
	_, timeline, _ := strings.Cut(r.String(), "\n")
	fmt.Fprintf(w, "not ok %d - %s\n%s\n", number, r.Scenario.Name, indent(timeline, "# "))
}
