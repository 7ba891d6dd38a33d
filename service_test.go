package main_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSystemdIsToldReadyWhenThePageAnswersAndNotBefore runs the real program
// under a service manager's socket: what it starts after us must find us.
func TestSystemdIsToldReadyWhenThePageAnswersAndNotBefore(t *testing.T) {
	manager, address := newManager(t), freeAddress(t)
	w := newRealWorld(t, time.Second)
	w.replace(`listen   = ""`, `listen = "`+address+`"`)
	p := w.start()
	manager.hears(t, "READY=1")
	response, err := http.Get("http://" + address + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("the page answers %s, %v", response.Status, err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	manager.hears(t, "RELOADING=1\nMONOTONIC_USEC=")
	manager.hears(t, "READY=1")
	p.stop(t)
	manager.hears(t, "STOPPING=1")
}

func TestSystemdIsNotToldReadyByAProgramWhosePortIsTaken(t *testing.T) {
	manager := newManager(t)
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	w := newRealWorld(t, time.Second)
	w.replace(`listen   = ""`, `listen = "`+other.Addr().String()+`"`)
	p := w.start()
	if err := <-p.ended; err == nil || !strings.Contains(p.log.String(), "another program uses") {
		t.Errorf("it ended with %v:\n%s", err, p.log.String())
	}
	manager.hearsNothingMore(t)
}

// manager is systemd's end of the notification socket.
type manager struct {
	conn *net.UnixConn
}

// newManager names its socket to every program that this test starts.
func newManager(t *testing.T) manager {
	dir, err := os.MkdirTemp("", "notify") // t.TempDir() is too long for the name of a socket
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "socket")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		_ = os.RemoveAll(dir)
	})
	t.Setenv("NOTIFY_SOCKET", path)
	return manager{conn}
}

// hears waits for the next message, which must begin with want.
func (m manager) hears(t *testing.T, want string) {
	t.Helper()
	if err := m.conn.SetReadDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := m.conn.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(buf[:n]); !strings.HasPrefix(got, want) {
		t.Fatalf("systemd hears %q, want %q", got, want)
	}
}

// hearsNothingMore says something itself, which must be what is heard next.
func (m manager) hearsNothingMore(t *testing.T) {
	t.Helper()
	conn, err := net.Dial("unixgram", m.conn.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("end")); err != nil {
		t.Fatal(err)
	}
	m.hears(t, "end")
}

// replace writes the configuration anew, with one line of it changed.
func (w *realWorld) replace(line, by string) {
	w.t.Helper()
	file := filepath.Join(w.dir, "forewarn.toml")
	text, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	changed := strings.Replace(string(text), line, by, 1)
	if changed == string(text) {
		w.t.Fatalf("the configuration has no line %q", line)
	}
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		w.t.Fatal(err)
	}
}
