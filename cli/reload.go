package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"github.com/forewarn/forewarn/config"
)

// reload reads the configuration again and replaces journeys and limits. If it
// is wrong, the old one stays in force: that is in the error, the log, the
// metrics, on /healthz and told to the team. What the agent was made with stays in any case.
func (a *app) reload(ctx context.Context) error {
	a.reloading.Lock()
	defer a.reloading.Unlock()
	next, err := a.load()
	if err != nil {
		return a.reloaded(ctx, refused(err))
	}
	old := a.config.Load()
	if !reflect.DeepEqual(old.Agent, next.Agent) || !reflect.DeepEqual(old.Slack, next.Slack) ||
		!slices.EqualFunc(old.Routes, next.Routes, sameWay) || old.SMTP != next.SMTP {
		a.log.Warn("[agent], [slack], [smtp] and where routes lead take effect at the next start; journeys and limits are in force now")
	}
	next.Agent, next.Slack, next.SMTP = old.Agent, old.Slack, old.SMTP
	if slices.EqualFunc(old.Routes, next.Routes, sameWay) { // what they take may have changed
		err = a.notifier.Reroute(ctx, routesOf(next))
	} else {
		next.Routes = old.Routes
	}
	if err != nil {
		return a.reloaded(ctx, refused(err))
	}
	err = a.agent.Reload(ctx, settingsOf(next))
	if err != nil && ctx.Err() != nil {
		return a.reloaded(ctx, refused(err))
	}
	a.config.Store(&next)
	a.markReload(ctx, *old, next)
	a.metrics.Keep(journeyNames(next))
	return a.reloaded(ctx, err)
}

// sameWay reports whether two routes lead to the same place, whatever they take.
func sameWay(a, b config.Route) bool {
	a.Journeys, a.Severity, a.Spare, a.Digest = b.Journeys, b.Severity, b.Spare, b.Digest
	return reflect.DeepEqual(a, b)
}

func refused(err error) error { return fmt.Errorf("the old configuration stays: %w", err) }

// reloaded notes how a reload went. That whoever asked for it left says
// nothing of the configuration, and is nothing for the team.
func (a *app) reloaded(ctx context.Context, err error) error {
	a.metrics.Reloaded(time.Now(), err == nil)
	if err == nil || ctx.Err() == nil {
		a.agent.Reloaded(err)
	}
	if err != nil {
		a.reloadError.Store(&err)
		a.log.Error("reload: " + strings.TrimSpace(err.Error()))
		return err
	}
	a.reloadError.Store(nil)
	a.log.Info("reloaded", "journeys", len(a.config.Load().Journeys))
	return nil
}

func journeyNames(c config.Config) map[string]bool {
	names := map[string]bool{}
	for _, j := range c.Journeys {
		names[j.Name] = true
	}
	return names
}

// reloadOnHangup follows SIGHUP until ctx is done.
func (a *app) reloadOnHangup(ctx context.Context) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			tellSystemd(a.log, fmt.Sprintf("%s\nMONOTONIC_USEC=%d", daemon.SdNotifyReloading, monotonic()))
			_ = a.reload(ctx) // said in the log, the metrics and on /healthz
			tellSystemd(a.log, daemon.SdNotifyReady)
		}
	}
}
