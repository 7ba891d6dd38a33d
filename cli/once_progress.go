package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// progress shows on a terminal which journeys are under way, and how far.
// Elsewhere it shows nothing: lines of finished journeys say enough.
type progress struct {
	screen  *screen
	ended   chan struct{}
	drawing sync.WaitGroup

	mu    sync.Mutex
	under []lane // in the order in which they began
	left  int    // journeys that have not ended
	turn  int    // of the spinner
}

// lane is one journey under way.
type lane struct {
	journey probes.Journey
	done    int // steps
}

// spinning is how often the panel is drawn; mostLanes how many lines it has.
const (
	spinning  = 100 * time.Millisecond
	mostLanes = 8
)

func newProgress(w io.Writer, journeys []probes.Journey, quiet bool) *progress {
	p := &progress{screen: newScreen(w), ended: make(chan struct{}), left: len(journeys)}
	p.screen.live = isTerminal(w) && !quiet
	if p.screen.live {
		p.drawing.Go(p.draw)
	}
	return p
}

// draw keeps the panel up to date until stop.
func (p *progress) draw() {
	tick := time.NewTicker(spinning)
	defer tick.Stop()
	for {
		select {
		case <-p.ended:
			return
		case <-tick.C:
			if panel := p.panel(p.screen.wide); panel != "" {
				p.screen.show(panel)
			}
		}
	}
}

// stop takes the panel away.
func (p *progress) stop() {
	close(p.ended)
	p.drawing.Wait()
	p.beside(func() {})
}

// beside runs write with the panel out of its way.
func (p *progress) beside(write func()) { p.screen.beside(write) }

// say writes a line that stays.
func (p *progress) say(line string) { p.screen.say(line) }

func (p *progress) begin(j probes.Journey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.under = append(p.under, lane{journey: j})
}

// stepped counts a step of a journey.
func (p *progress) stepped(journey, _ string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := p.lane(journey); i >= 0 {
		p.under[i].done++
	}
}

func (p *progress) end(j probes.Journey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left--
	if i := p.lane(j.Name); i >= 0 {
		p.under = slices.Delete(p.under, i, i+1)
	}
}

func (p *progress) lane(journey string) int {
	return slices.IndexFunc(p.under, func(l lane) bool { return l.journey.Name == journey })
}

// panel is a line for each journey under way, none wider than wide; "" if
// there is none.
func (p *progress) panel(wide int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	spinner := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
	p.turn++
	var lines []string
	for _, l := range p.under[:min(len(p.under), mostLanes)] {
		line := fmt.Sprintf("%c %s  %d/%d", spinner[p.turn%len(spinner)], l.journey.Name, l.done, len(l.journey.Steps))
		if l.done < len(l.journey.Steps) {
			line += "  " + l.journey.Steps[l.done].Name
		}
		lines = append(lines, narrow(line, wide))
	}
	if more := p.left - len(lines); more > 0 && len(lines) > 0 {
		lines = append(lines, narrow(fmt.Sprintf("  %d more", more), wide))
	}
	return strings.Join(lines, "\n")
}

// narrow cuts a line that the terminal would break.
func narrow(line string, wide int) string {
	if runes := []rune(line); len(runes) >= wide {
		return string(runes[:max(0, wide-2)]) + "…"
	}
	return line
}
