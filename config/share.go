package config

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// mostPerRate bounds what a rate of a host may count.
const mostPerRate = 100_000

var perTime = regexp.MustCompile(`^([1-9][0-9]*) ?/ ?([smh])$`)

// shared is what the journeys have in common: the hosts they ask, and locks.
func (r *reader) shared(file *fileTable, c *Config) {
	seen := names{}
	for i := range file.Host {
		t := &file.Host[i]
		r.unique(t.Name, "host", seen)
		c.Hosts = append(c.Hosts, r.host(t))
	}
	for i := range c.Journeys {
		c.Journeys[i].Hosts = c.Hosts
	}
	if len(r.errors) > 0 {
		return // a plan that is not known cannot be too much
	}
	for i, h := range c.Hosts {
		r.unasked(&file.Host[i], h, c.Journeys)
		r.tooMuch(&file.Host[i], h, c.Journeys)
	}
	r.lonelyLocks(file.Journey, c.Journeys)
}

func (r *reader) host(t *hostTable) probes.Host {
	h := probes.Host{Name: strings.ToLower(t.Name.value), AtOnce: int(t.AtOnce.value)}
	if u, err := url.Parse("http://" + h.Name); h.Name != "" && (err != nil || u.Host != h.Name || u.Hostname() == "") {
		r.wrong(t.Name.at(), "not a host", `write it as in URLs, without https:// and path: name = "shop.example"`)
	}
	if !t.Rate.given() && !t.AtOnce.given() {
		r.absent(t.place.at(), "neither rate nor at_once is given", `add rate = "5/s", at_once = 2, or both`)
	}
	if t.Rate.value == "" {
		return h
	}
	m := perTime.FindStringSubmatch(t.Rate.value)
	if m == nil {
		r.wrong(t.Rate.at(), "rate is not a number of requests in a time", `write rate = "5/s", or "30/m", or "1000/h"`)
		return h
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n > mostPerRate {
		r.wrong(t.Rate.at(), fmt.Sprintf("rate is more than %d requests", mostPerRate), "leave it out: that is no limit")
	}
	h.Requests, h.Per = n, unitOf(m[2])
	return h
}

// demand is what one journey asks of a host.
type demand struct {
	journey string  // its name in the file
	minute  float64 // requests a minute, redirects and retries not counted
}

// demands are what journeys ask of a host, the most first: those of one matrix
// together. Steps whose host only the run will know are not counted.
func demands(h probes.Host, journeys []Journey) (all []demand, total float64) {
	for i := range journeys {
		j := &journeys[i]
		steps := 0
		for _, s := range j.Steps {
			if u, err := url.Parse(j.whole(s)); err == nil && h.Is(u) {
				steps++
			}
		}
		if steps == 0 || j.Every <= 0 {
			continue
		}
		minute := float64(steps) * float64(time.Minute) / float64(j.Every)
		total += minute
		if last := len(all) - 1; last >= 0 && all[last].journey == j.Of {
			all[last].minute += minute
			continue
		}
		all = append(all, demand{j.Of, minute})
	}
	slices.SortStableFunc(all, func(a, b demand) int { return cmp.Compare(b.minute, a.minute) })
	return all, total
}

// whole is a step's URL, or the part of it that says its host, as far as the
// journey's own values tell.
func (j *Journey) whole(s probes.Step) string {
	address := j.filled(s, s.URL)
	if !strings.Contains(address, "://") && !strings.HasPrefix(address, "{{") {
		return j.filled(probes.Step{}, j.BaseURL)
	}
	return address
}

// filled is a template with the values that are known before a run.
func (j *Journey) filled(s probes.Step, text string) string {
	for range 2 { // a step's own values may hold the journey's
		text = oneBrace.ReplaceAllStringFunc(text, func(braces string) string {
			name := strings.Trim(braces, "{} ")
			for _, known := range []map[string]string{s.Vars, j.Vars, j.Secrets} {
				if value, found := known[name]; found {
					return value
				}
			}
			return braces
		})
	}
	return text
}

// goTo are the hosts that the steps of journeys go to, as far as they are known
// before a run, and whether they all are.
func goTo(journeys []Journey) (hosts []string, all bool) {
	known := map[string]bool{}
	all = true
	for i := range journeys {
		for _, s := range journeys[i].Steps {
			u, err := url.Parse(journeys[i].whole(s))
			switch {
			case s.Look != nil || journeys[i].Heartbeat != nil:
			case err != nil || u.Host == "" || strings.Contains(u.Host, "{{"):
				all = false
			default:
				known[u.Host] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(known)), all
}

// unasked warns of a host that no step goes to: it may be a slip of the finger.
func (r *reader) unasked(t *hostTable, h probes.Host, journeys []Journey) {
	hosts, all := goTo(journeys)
	if _, total := demands(h, journeys); total > 0 || !all {
		return
	}
	r.odd(t.Name.at(), "no step goes to this host", "they go to "+list(hosts)+": leave it out, unless redirects lead there")
}

// asked tells how much of what a host may be asked is planned.
func asked(h probes.Host, journeys []Journey) Row {
	_, total := demands(h, journeys)
	if _, all := goTo(journeys); total == 0 && all {
		return missing("requests", h.Name+": no step goes there, at most a redirect", "")
	}
	detail := fmt.Sprintf("%s: %s a minute by steps", h.Name, number(total))
	if h.Requests > 0 {
		detail += " of at most " + number(h.Minute())
	}
	if h.AtOnce > 0 {
		detail += fmt.Sprintf(", %d at once", h.AtOnce)
	}
	if h.Requests > 0 && total > h.Minute() {
		return missing("requests", detail+": some runs will not get their turn", `host.rate = "`+perMinute(total)+`"`)
	}
	return shown("requests", detail)
}

// perMinute is a rate that leaves room for redirects and retries.
func perMinute(total float64) string { return strconv.Itoa(int(total*1.5)+1) + "/m" }

// tooMuch warns of a plan that asks more of a host than it may.
func (r *reader) tooMuch(t *hostTable, h probes.Host, journeys []Journey) {
	all, total := demands(h, journeys)
	if h.Requests == 0 || total <= h.Minute() {
		return
	}
	var most []string
	for _, d := range all[:min(3, len(all))] {
		most = append(most, fmt.Sprintf("%s (%s)", d.journey, number(d.minute)))
	}
	r.odd(t.Rate.at(), fmt.Sprintf("the steps of the journeys make %s requests a minute to %s, and its rate is %s: some runs will not get their turn",
		number(total), h.Name, number(h.Minute())), "raise rate, or every of those that ask the most: "+strings.Join(most, ", "))
}

// lonelyLocks warns of a lock that no second journey has: it locks nothing,
// and may be a slip of the finger.
func (r *reader) lonelyLocks(tables []journeyTable, journeys []Journey) {
	holders := map[string]int{}
	for i := range journeys {
		holders[journeys[i].Lock]++
	}
	var locks []string
	for lock, n := range holders {
		if lock != "" && n > 1 {
			locks = append(locks, lock)
		}
	}
	slices.Sort(locks)
	for i := range tables {
		if lock := tables[i].Lock; lock.value != "" && holders[lock.value] == 1 {
			hint := "a run never overlaps with the run before: leave it out, or give it to another journey as well"
			if near := Nearest(lock.value, locks); near != "" {
				hint = didYouMean(near)
			}
			r.odd(lock.at(), "no other journey has this lock", hint)
		}
	}
}

// turns tells what hosts are asked, and how full locks are.
func (c Config) turns() []Row {
	var rows []Row
	for _, h := range c.Hosts {
		rows = append(rows, asked(h, c.Journeys))
	}
	held, who := map[string]time.Duration{}, map[string][]string{}
	for i := range c.Journeys {
		if j := &c.Journeys[i]; j.Lock != "" && j.Every > 0 {
			held[j.Lock] += time.Duration(float64(j.Timeout) * float64(time.Minute) / float64(j.Every))
			who[j.Lock] = append(who[j.Lock], j.Name)
		}
	}
	for _, lock := range slices.Sorted(maps.Keys(held)) {
		row := shown("lock", fmt.Sprintf("%s: one at a time of %s; taken for %s of a minute if all time out",
			lock, strings.Join(who[lock], ", "), brief(held[lock].Round(time.Second))))
		if held[lock] > time.Minute {
			row.Detail += ": then some runs will be unknown"
			row.Key = "journey.timeout or journey.every of these"
		}
		rows = append(rows, row)
	}
	return rows
}

// number is a figure with up to two decimals.
func number(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(f, 'f', 2, 64), "0"), ".")
}
