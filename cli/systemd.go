package cli

import (
	"context"
	"log/slog"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sys/unix"
)

// tellSystemd says state to the service manager, if one is listening.
func tellSystemd(log *slog.Logger, state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		log.Warn("tell systemd", "state", state, "error", err)
	}
}

// monotonic is the kernel's clock in microseconds, by which the service
// manager orders a reload.
func monotonic() int64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return 0
	}
	return now.Nano() / 1000
}

// feedWatchdog keeps the service manager's watchdog content while healthy
// says so, and returns at once where there is none, or none that can be read.
func feedWatchdog(ctx context.Context, log *slog.Logger, healthy func() bool) {
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		log.Warn("systemd's watchdog is not fed, and may end this process: check WATCHDOG_USEC and WATCHDOG_PID", "error", err)
		return
	}
	if every == 0 {
		return
	}
	ticker := time.NewTicker(every / 3)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if healthy() {
				tellSystemd(log, daemon.SdNotifyWatchdog)
			}
		}
	}
}
