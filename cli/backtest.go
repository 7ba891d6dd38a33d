package cli

import (
	"time"

	"github.com/spf13/cobra"
)

// backtestOptions are the flags of `forewarn backtest`.
type backtestOptions struct {
	inputs, out string // series from files, and where their warnings go

	configs []string // one is replayed, two are compared
	since   span
	suggest bool
	asJSON  bool
}

func newBacktest() *cobra.Command {
	o := backtestOptions{since: span(30 * 24 * time.Hour)}
	cmd := &cobra.Command{
		Use:   "backtest [journey...]",
		Short: "Replay history against the rules: what would have been said, when, and was it right?",
		Long: `Replays the stored history of the named journeys, or of all, through exactly the
code that watches live, and prints for each limit what would have been said.
Nothing is stored and nobody is told. A running agent is not disturbed.

With a second -c the same history is judged by both configurations, side by
side. The history is that of the first one's database.

With --inputs the series come from files instead: CSV with the columns of
predict/testdata/corpus/SCORING.md, and so does the answer. Such series are
judged by the figure their file asks for, not run by run.`,
		Example: `  forewarn backtest --since 30d
  forewarn backtest checkout -c forewarn.toml -c stricter.toml
  forewarn backtest checkout --suggest
  forewarn backtest --inputs inputs.csv --out warnings.csv`,
		RunE: func(cmd *cobra.Command, journeys []string) error {
			if o.inputs != "" {
				return backtestInputs(cmd, o, journeys)
			}
			return backtestHistory(cmd, o, journeys)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.inputs, "inputs", "", "replay the series that this file lists")
	flags.StringVar(&o.out, "out", "", "with --inputs: where the warnings go (default: standard output)")
	flags.StringArrayVarP(&o.configs, "config", "c", nil, "configuration file; a second one is compared with the first")
	flags.Var(&o.since, "since", "how far back to replay: 12h, 30d, 2w")
	flags.BoolVar(&o.suggest, "suggest", false, "propose a limit and a horizon from the history")
	flags.BoolVar(&o.asJSON, "json", false, "print as JSON; null is unknown")
	return cmd
}
