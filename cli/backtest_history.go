package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/forewarn/forewarn/agent"
	"github.com/forewarn/forewarn/alert"
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
	h := history{db: db, until: time.Now(), chart: chartOf(cmd.OutOrStdout())}
	h.since = h.until.Add(-time.Duration(o.since))
	if o.suggest {
		return h.suggest(cmd.Context(), cmd.OutOrStdout(), configs[0], journeys, o.asJSON)
	}
	var all [][]hindsight
	for _, c := range configs {
		seen, err := h.replay(cmd.Context(), c, journeys)
		if err != nil {
			return err
		}
		all = append(all, seen)
	}
	return reportHindsight(cmd.OutOrStdout(), configs, all, o.asJSON)
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
		c, err := loadConfig(cmd, file)
		if err != nil {
			return nil, err
		}
		configs = append(configs, c)
	}
	return configs, nil
}

// history is the stretch of stored runs that is replayed.
type history struct {
	db           *store.DB
	since, until time.Time
	chart        chartSize
}

// replay is how each limit of the named journeys, or of all, would have done.
// They are in the order of the configuration.
func (h history) replay(ctx context.Context, c config.Config, names []string) ([]hindsight, error) {
	picked, err := pick(c, names)
	if err != nil {
		return nil, err
	}
	watches := watchesOf(c, picked)
	found := make([][]hindsight, len(watches))
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, w := range watches {
		workers.Go(func() (err error) {
			found[i], err = h.watch(ctx, w, c.Agent.Zone)
			return err
		})
	}
	if err := workers.Wait(); err != nil {
		return nil, err
	}
	var all []hindsight
	for _, f := range found {
		all = append(all, f...)
	}
	return all, nil
}

// watchesOf are the picked journeys with their limits.
func watchesOf(c config.Config, picked []probes.Journey) []agent.Watch {
	var watches []agent.Watch
	for _, p := range picked {
		for _, j := range c.Journeys {
			if j.Name == p.Name {
				watches = append(watches, agent.Watch{Journey: j.Journey, Limits: j.Limits})
			}
		}
	}
	return watches
}

// watch replays one journey. Its limits come back in their order.
func (h history) watch(ctx context.Context, w agent.Watch, zone *time.Location) ([]hindsight, error) {
	first, err := h.first(ctx, w.Journey.Name)
	if err != nil {
		return nil, err
	}
	h.since = first
	at := map[alert.Key]int{}
	seen := make([]hindsight, len(w.Limits))
	for i, l := range w.Limits {
		at[l.Key] = i
		seen[i] = newHindsight(l, zone, h)
	}
	err = agent.Replay(ctx, h.db, w, zone, h.since, h.until, func(o agent.Observation) error {
		for _, v := range o.Limits {
			seen[at[v.Incident.Limit.Key]].add(o.Result, v)
		}
		return ctx.Err()
	})
	return seen, err
}

// errFirst ends the search for a first run.
var errFirst = errors.New("the first run was found")

// first is when the first run that is replayed started, so that charts begin
// with it.
func (h history) first(ctx context.Context, journey string) (time.Time, error) {
	first := h.since
	err := h.db.Results(ctx, journey, h.since, h.until, func(r probes.Result) error {
		first = r.Start
		return errFirst
	})
	if err != nil && !errors.Is(err, errFirst) {
		return time.Time{}, err
	}
	return first, nil
}

// reportHindsight prints what one configuration would have said, or two side
// by side.
func reportHindsight(w io.Writer, configs []config.Config, all [][]hindsight, asJSON bool) error {
	if asJSON {
		var reports []configReport
		for i, c := range configs {
			reports = append(reports, newConfigReport(c.File, all[i]))
		}
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(reports)
	}
	if len(configs) == 2 {
		compare(w, filepath.Base(configs[0].File), filepath.Base(configs[1].File), all[0], all[1])
		return nil
	}
	for _, h := range all[0] {
		h.print(w)
	}
	fmt.Fprintln(w, "Nobody acknowledges in a replay: what people averted counts here as “did not come”.")
	return nil
}
