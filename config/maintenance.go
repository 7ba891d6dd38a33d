package config

import (
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/alert"
)

// maintenance gives each journey the windows that are for it.
func (r *reader) maintenance(file *fileTable, c *Config) {
	seen := names{}
	for i := range file.Maintenance {
		t := &file.Maintenance[i]
		r.unique(t.Name, "window", seen)
		r.some(t.place, "leave it out if it is for all", "journeys", "tags", "features")
		w := r.window(t, c.Agent.Zone)
		r.known(t.Journeys, "journey", c.Journeys, func(j *Journey) []string { return []string{j.Of, j.Name} })
		r.known(t.Tags, "tag", c.Journeys, func(j *Journey) []string { return j.Tags })
		r.known(t.Features, "feature", c.Journeys, func(j *Journey) []string { return []string{j.Feature} })
		for n := range c.Journeys {
			if j := &c.Journeys[n]; t.isFor(j) {
				j.Maintenance = append(j.Maintenance, w)
			}
		}
	}
}

// isFor reports whether the window is for j.
func (t *maintenanceTable) isFor(j *Journey) bool {
	all := len(t.Journeys)+len(t.Tags)+len(t.Features) == 0
	return all || has(t.Journeys, j.Of, j.Name) || has(t.Tags, j.Tags...) || has(t.Features, j.Feature)
}

// has reports whether one of labels is one of words.
func has(labels []label, words ...string) bool {
	return slices.ContainsFunc(labels, func(l label) bool { return slices.Contains(words, l.value) })
}

// known reports each label that is no word of any journey.
func (r *reader) known(labels []label, what string, journeys []Journey, wordsOf func(*Journey) []string) {
	var all []string
	for i := range journeys {
		for _, word := range wordsOf(&journeys[i]) {
			if !slices.Contains(all, word) {
				all = append(all, word)
			}
		}
	}
	for _, l := range labels {
		if l.value == "" || slices.Contains(all, l.value) {
			continue
		}
		hint := "they are " + list(all)
		if len(all) == 0 {
			hint = "there are none"
		}
		if near := Nearest(l.value, all); near != "" {
			hint = didYouMean(near)
		}
		r.absent(l.at(), "no journey has this "+strings.Replace(what, "journey", "name", 1), hint)
	}
}

// window reads when it comes.
func (r *reader) window(t *maintenanceTable, zone *time.Location) alert.Window {
	w := alert.Window{Name: t.Name.value, Zone: zone, For: t.For.value}
	if t.Timezone.given() {
		w.Zone = r.zone(t.Timezone)
	}
	for _, day := range t.Days {
		for n := range time.Weekday(7) {
			if day.value == n.String()[:3] {
				w.Days = w.Days.And(n)
			}
		}
	}
	clock, daily := alert.ParseClock(t.From.value)
	switch {
	case t.From.value == "":
	case daily:
		w.At = clock
		r.again(t)
	default:
		r.once(t, &w)
	}
	return w
}

// again checks a window that comes again.
func (r *reader) again(t *maintenanceTable) {
	switch {
	case t.Until.given():
		r.wrong(t.Until.at(), "until means nothing without a date in from", `write for = "2h", or from = "2026-12-01 22:00"`)
	case !t.For.given():
		r.absent(t.From.at(), "how long it lasts is missing", `add for = "2h"`)
	}
}

// once reads a window that comes once.
func (r *reader) once(t *maintenanceTable, w *alert.Window) {
	const such = `write from = "02:00" for one that comes again, or from = "2026-12-01 22:00" for once`
	var ok bool
	if w.From, ok = dated(t.From.value, w.Zone); !ok {
		r.wrong(t.From.at(), "from is neither a time of the day nor a date with one", such)
		return
	}
	if len(t.Days) > 0 {
		r.wrong(t.Days[0].at(), "days stand beside a date in from", such)
	}
	switch {
	case t.Until.given() == t.For.given():
		r.absent(t.From.at(), "exactly one of until and for says when it ends", `add for = "2h"`)
	case t.For.given():
		w.Until = w.From.Add(w.For)
	default:
		if w.Until, ok = dated(t.Until.value, w.Zone); !ok {
			r.wrong(t.Until.at(), "until is not a date with a time", `write until = "2026-12-02 01:00"`)
		} else if !w.Until.After(w.From) {
			r.wrong(t.Until.at(), "until is not after from", "a window ends after it begins")
		}
	}
	w.For = 0
}

// dated reads "2026-12-01 22:00" in zone, also with a T or with an offset.
func dated(s string, zone *time.Location) (time.Time, bool) {
	if zone == nil {
		zone = time.UTC // an error is said already
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// noise reads when messages are sent, and when not.
func (r *reader) noise(t *noiseTable, zone *time.Location) Noise {
	return Noise{Quiet: r.quiet(t, zone), Urging: r.urging(t), Crowd: r.crowd(t)}
}

// quiet reads when warnings wait.
func (r *reader) quiet(t *noiseTable, zone *time.Location) (hours alert.Hours) {
	if t.Quiet.value == "" {
		return hours
	}
	from, until, dash := strings.Cut(t.Quiet.value, "-")
	begin, ok := alert.ParseClock(from)
	end, also := alert.ParseClock(until)
	switch {
	case !dash || !ok || !also:
		r.wrong(t.Quiet.at(), "quiet_hours are not two times of the day", `write quiet_hours = "22:00-07:00"`)
	case begin == end:
		r.wrong(t.Quiet.at(), "quiet_hours are of no length", "leave them out, or let them end before they begin again")
	default:
		hours = alert.Hours{From: begin, Until: end, Zone: zone}
	}
	return hours
}
