package cli

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// Else systemd ends the process a minute later, and nothing says why.
func TestAWatchdogThatCannotBeFedIsSpokenOf(t *testing.T) {
	for usec, want := range map[string]string{"soon": "systemd's watchdog is not fed", "0": "systemd's watchdog is not fed", "": ""} {
		t.Setenv("WATCHDOG_USEC", usec)
		t.Setenv("WATCHDOG_PID", "")
		var log bytes.Buffer
		feedWatchdog(t.Context(), slog.New(slog.NewTextHandler(&log, nil)), func() bool { return true })
		if got := log.String(); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("WATCHDOG_USEC=%q: the log says %q, want %q", usec, got, want)
		}
	}
}
