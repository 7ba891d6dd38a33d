package cli

import (
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/backtest"
	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// backtestHistory replays what is stored against one configuration, or two.
func backtestHistory(cmd *cobra.Command, o backtestOptions, journeys []string) error {
	if o.out != "" {
		return errors.New("--out goes with --inputs")
	}
	configs, err := loadRivals(cmd, o.configs)
	if err != nil {
		return err
	}
	db, err := store.Attach(cmd.Context(), configs[0].Agent.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	now := time.Now()
	h := backtest.History{DB: db, Since: now.Add(-time.Duration(o.since)), Until: now, Columns: chartColumns(cmd.OutOrStdout())}
	if o.suggest {
		return backtestSuggest(cmd, h, configs[0], journeys, o.asJSON)
	}
	var all []replayed
	for _, c := range configs {
		watches, err := watchesOf(c, journeys)
		if err != nil {
			return err
		}
		h.Zone, h.All = c.Agent.Zone, settingsOf(c).Watches
		limits, err := h.Judge(cmd.Context(), watches)
		if err != nil {
			return err
		}
		all = append(all, replayed{c.File, c.Agent.Zone, limits})
	}
	if o.asJSON {
		return writeJSON(cmd.OutOrStdout(), reportsOf(all))
	}
	printReplayed(cmd.OutOrStdout(), all)
	return nil
}

// replayed is what one configuration would have said.
type replayed struct {
	file   string
	zone   *time.Location
	limits []backtest.Hindsight
}

// loadRivals reads the one configuration that is replayed, or the two that
// are compared.
func loadRivals(cmd *cobra.Command, files []string) ([]config.Config, error) {
	if len(files) == 0 {
		files = []string{""}
	}
	if len(files) > 2 {
		return nil, errors.New("-c is given more than twice: compare two configurations at a time")
	}
	var configs []config.Config
	for _, file := range files {
		c, err := loadBare(file)
		if err != nil {
			return nil, err
		}
		configs = append(configs, c)
	}
	return configs, nil
}

// watchesOf are the named journeys, or all, with their limits.
func watchesOf(c config.Config, names []string) ([]agent.Watch, error) {
	picked, err := pick(c, names)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(settingsOf(c).Watches, func(w agent.Watch) bool {
		return !slices.ContainsFunc(picked, func(j probes.Journey) bool { return j.Name == w.Journey.Name })
	}), nil
}
