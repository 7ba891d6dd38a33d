package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/forewarn/forewarn/impact"
)

// spell is what one journey lost for a time, or may lose.
type spell struct {
	journey     string
	from, until time.Time
	likely      int64 // minor units
}

// countOnce tells which of spells are in a sum: of those of one journey at the
// same time the one that costs most, since its customers are lost only once.
func countOnce(spells []spell) []bool {
	order := make([]int, len(spells))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(spells[b].likely, spells[a].likely) })
	counts := make([]bool, len(spells))
	for _, i := range order {
		counts[i] = !slices.ContainsFunc(order, func(j int) bool {
			x, y := spells[i], spells[j]
			return counts[j] && x.journey == y.journey && x.from.Before(y.until) && y.from.Before(x.until)
		})
	}
	return counts
}

// part is what one of several incidents adds to their money.
type part struct {
	title string
	cost  impact.Cost
}

// parts are what mates cost, each as its own draft says, without what another
// of them counts already.
func (d draft) parts(mates []Mate, cost func(draft) impact.Cost) (parts []part) {
	var all []part
	var spells []spell
	for _, one := range mates {
		its := d.of(one)
		x := part{its.name(nameText), cost(its)}
		all = append(all, x)
		until := d.now
		if !one.In.Open() {
			until = one.In.Resolved
		}
		spells = append(spells, spell{one.In.Limit.Journey, one.In.Opened, until, x.cost.Likely.Minor})
	}
	for i, once := range countOnce(spells) {
		if once {
			parts = append(parts, all[i])
		}
	}
	return parts
}

// total is the sum of parts by currency, what it is made of, and why it is
// unknown of the rest.
type total struct {
	per     string // " / hour", " / day"; "" if it is no rate
	sums    []impact.Cost
	basis   []string
	unknown int
	why     string // of the first that is unknown
}

func totalOf(parts []part, per string) total {
	t := total{per: per}
	for _, p := range parts {
		if !p.cost.Known() {
			t.unknown++
			t.why = cmp.Or(t.why, p.cost.Missing)
			continue
		}
		t.basis = append(t.basis, p.title+" "+p.cost.Short(per)+" ("+p.cost.Formula+")")
		i := slices.IndexFunc(t.sums, func(sum impact.Cost) bool { return sum.Currency() == p.cost.Currency() })
		if i < 0 {
			t.sums = append(t.sums, p.cost)
			continue
		}
		t.sums[i].Amount = t.sums[i].Plus(p.cost.Amount)
		t.sums[i].AtLeast = t.sums[i].AtLeast || p.cost.AtLeast
	}
	return t
}

func (t total) small() bool {
	return !slices.ContainsFunc(t.sums, func(sum impact.Cost) bool { return !sum.Likely.Small() })
}

// short is the likely sums alone; "" if nothing is known.
func (t total) short() string {
	var all []string
	for _, sum := range t.sums {
		all = append(all, sum.Short(t.per))
	}
	return strings.Join(all, " and ")
}

// text is the sums with their ranges, or why there is none.
func (t total) text() string {
	var all []string
	for _, sum := range t.sums {
		all = append(all, sum.Per(t.per))
	}
	switch text := strings.Join(all, " and "); {
	case text == "":
		return "unknown: " + t.why
	case t.unknown > 0:
		return fmt.Sprintf("%s; unknown of %d more: %s", text, t.unknown, t.why)
	default:
		return text
	}
}

// crowdBill adds what the incidents of a message lose together, put at risk or
// cost, and what that is the sum of.
func (d draft) crowdBill(m Message, f Field, t total) Message {
	const most = 3 // more is no basis to be read
	if f.Label == "" {
		return m
	}
	m.Fields = append([]Field{f}, m.Fields...)
	if basis := t.basis; len(basis) > 0 {
		text := "money: " + strings.Join(basis[:min(most, len(basis))], " + ")
		if more := len(basis) - most; more > 0 {
			text += fmt.Sprintf(" + %d more", more)
		}
		m.Context = append(m.Context, plain(text))
	}
	return m
}

// crowdMoney is the money of what burns, else of what is foreseen, else of
// what was; and what the sum is of.
func (d draft) crowdMoney(mates []Mate) (Field, total) {
	ranks := map[int][]Mate{}
	for _, one := range mates {
		ranks[one.rank()] = append(ranks[one.rank()], one)
	}
	lost := totalOf(d.parts(d.burned(), draft.lost), "")
	switch {
	case len(ranks[0]) > 0:
		t := d.pacedTotal(ranks[0])
		text := t.text()
		if so := lost.short(); so != "" {
			text += " · " + so + " so far"
		}
		return Field{"Losing", plain(text)}, t
	case len(ranks[1]) > 0:
		t := d.pacedTotal(ranks[1])
		text := t.text()
		if len(t.sums) > 0 {
			text += " from the crossings on"
		}
		return Field{"At risk", plain(text)}, t
	case len(d.burned()) == 0:
		return Field{}, lost
	}
	return Field{"Cost", plain(lost.text())}, lost
}

// pacedTotal is the rate of mates by the hour, or by the day where an hour is
// small change.
func (d draft) pacedTotal(mates []Mate) total {
	rate := func(long time.Duration, per string) total {
		return totalOf(d.parts(mates, func(its draft) impact.Cost { return its.pace(long) }), per)
	}
	if hour := rate(time.Hour, " / hour"); len(hour.sums) == 0 || !hour.small() {
		return hour
	}
	return rate(24*time.Hour, " / day")
}

// burned are those that burn, or did.
func (d draft) burned() (mates []Mate) {
	for _, one := range d.s.Mates {
		if !one.In.Burned.IsZero() {
			mates = append(mates, one)
		}
	}
	return mates
}
