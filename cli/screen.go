package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// screen is where the demo and once take place: lines that stay, and on a
// terminal a panel below them that is drawn anew as things go on.
type screen struct {
	w    io.Writer
	live bool // a terminal: draw the panel
	wide int

	mu    sync.Mutex
	lines int // of the panel that is on the terminal now
}

func newScreen(w io.Writer) *screen {
	return &screen{w: w, live: hasColours(w), wide: width(w)}
}

// begin says what is about to happen.
func (s *screen) begin(address string, seed uint64) {
	s.say(fmt.Sprintf(`A small coffee shop has opened on %s.
forewarn buys a coffee there every half second; one second here stands for two
minutes. Nobody knows when, but its payment will slow down (seed %d).
`, address, seed))
}

// say writes text that stays, with the panel out of its way.
func (s *screen) say(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	fmt.Fprintln(s.w, strings.TrimRight(text, "\n"))
}

// Write is say for a message of a channel.
func (s *screen) Write(message []byte) (int, error) {
	s.say("\n" + string(message))
	return len(message), nil
}

// show replaces the panel. Without a terminal there is none. A last line that
// is too wide is cut: the terminal would break it, and clear would count wrong.
func (s *screen) show(panel string) {
	if !s.live {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	lines, last := "", panel
	if i := strings.LastIndexByte(panel, '\n'); i >= 0 {
		lines, last = panel[:i+1], panel[i+1:]
	}
	fmt.Fprintln(s.w, lines+narrow(last, s.wide))
	s.lines = strings.Count(panel, "\n") + 1
}

// beside runs write with the panel out of its way: w may be the same terminal.
func (s *screen) beside(write func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	write()
}

// clear takes the panel off the terminal. The lock must be held.
func (s *screen) clear() {
	if s.lines > 0 {
		fmt.Fprintf(s.w, "\x1b[%dA\x1b[J", s.lines)
	}
	s.lines = 0
}
