package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/probes"
	"github.com/forewarn/forewarn/store"
)

// Audience is whose digest is read.
type Audience struct {
	DB       *store.DB
	Describe func(alert.Key) Subject
	Takes    func(journey string) bool
}

// ReadDigest reads what happened in [since, until), and what is foreseen now.
func ReadDigest(ctx context.Context, s Audience, since, until time.Time) (Digest, error) {
	g := Digest{Since: since, Until: until}
	ledger, err := s.DB.Ledger(ctx)
	if err != nil {
		return g, fmt.Errorf("read the digest: %w", err)
	}
	for _, read := range []func(context.Context, *Digest, alert.Ledger) error{s.burned, s.warned, s.foreseen, s.loud, s.dark, s.votes} {
		if err := read(ctx, &g, ledger); err != nil {
			return g, fmt.Errorf("read the digest: %w", err)
		}
	}
	return g, nil
}

func (s Audience) burned(ctx context.Context, g *Digest, ledger alert.Ledger) error {
	all, err := s.DB.Burned(ctx, g.Since, g.Until)
	var spells []spell
	for _, in := range all {
		if !s.Takes(in.Limit.Journey) {
			continue
		}
		b, err := s.burn(ctx, in, g.Since, g.Until)
		if err != nil {
			return err
		}
		if b.Lead == 0 && in.Limit.Forecasts() && !in.Burned.Before(g.Since) {
			g.Missed++
		}
		g.Burned = append(g.Burned, b)
		spells = append(spells, spell{in.Limit.Journey, b.From, b.Until, b.Lost.Likely.Minor})
	}
	for i, once := range countOnce(spells) {
		g.Burned[i].Beside = !once
	}
	return err
}

// burn is what of in lies in [since, until).
func (s Audience) burn(ctx context.Context, in alert.Incident, since, until time.Time) (Burn, error) {
	subject := s.Describe(in.Limit.Key)
	d := draft{in: in, s: subject, now: until.UTC()}
	b := Burn{Number: in.Number, Title: d.name(nameText), Limit: in.Limit, From: later(in.Burned, since), Until: until, Open: true}
	if over := in.Resolved; !over.IsZero() && over.Before(until) {
		b.Until, b.Open = over, false
	}
	if p, came := d.came(); came {
		b.Lead, _ = p.Lead()
	}
	if in.Limit.Signal == alert.Cert {
		return b, nil
	}
	toll, err := readToll(ctx, s.DB, in.Limit, later(in.Burned.Add(-tollLead(in.Limit)), since), b.Until)
	b.Lost = d.loss(toll, toll.long())
	return b, err
}

// warned counts how warnings turned out, and those that were kept.
func (s Audience) warned(ctx context.Context, g *Digest, ledger alert.Ledger) error {
	for _, x := range ledger {
		if x.At.Before(g.Since) || !x.At.Before(g.Until) || x.Promise.Demoted || !s.Takes(x.Key.Journey) {
			continue
		}
		switch x.Outcome {
		case alert.Came:
			g.Judged.Came++
		case alert.DidNotCome:
			g.Judged.DidNotCome++
		case alert.Averted:
			g.Judged.Averted++
		case alert.Moot:
			g.Judged.Moot++
		}
	}
	made, err := s.DB.Forecasts(ctx, alert.Key{}, g.Since)
	for _, f := range made {
		if !f.Promise.Demoted || !f.Promise.Made.Before(g.Until) || !s.Takes(f.Key.Journey) {
			continue
		}
		i := slices.IndexFunc(g.Kept, func(k Kept) bool { return k.Limit.Key == f.Key })
		if i < 0 {
			in, err := s.DB.Incident(ctx, f.Key)
			if err != nil {
				return err
			}
			i = len(g.Kept)
			g.Kept = append(g.Kept, Kept{Title: s.title(in), Limit: in.Limit, Record: ledger.Of(in.Limit).Record()})
		}
		g.Kept[i].Warnings++
	}
	return err
}

func (s Audience) title(in alert.Incident) string {
	return draft{in: in, s: s.Describe(in.Limit.Key)}.name(nameText)
}

// foreseen is what was told to come and has not yet.
func (s Audience) foreseen(ctx context.Context, g *Digest, ledger alert.Ledger) error {
	all, err := s.DB.Incidents(ctx)
	for _, in := range all {
		if in.State != alert.Soon || in.Promise == nil || in.Promise.Demoted || !s.Takes(in.Limit.Journey) {
			continue
		}
		d := draft{in: in, s: s.Describe(in.Limit.Key), now: g.Until.UTC()}
		d.s.Rule = ledger.Of(in.Limit).Record()
		g.AtRisk = append(g.AtRisk, Risk{Title: d.name(nameText), Limit: in.Limit,
			Expect: moment(in.Promise.Crossing.Expected), Money: d.bill().field().Value.String()})
	}
	return err
}

// loud finds the rule that said most, from three times on.
func (s Audience) loud(ctx context.Context, g *Digest, _ alert.Ledger) error {
	const much = 3
	times, err := s.times(ctx, g)
	loudest, most := alert.Key{}, much-1
	for key, n := range times {
		if n > most || n == most && n >= much && (key.Journey < loudest.Journey || key.Journey == loudest.Journey && key.Limit < loudest.Limit) {
			loudest, most = key, n
		}
	}
	if most < much || err != nil {
		return err
	}
	in, err := s.DB.Incident(ctx, loudest)
	if err != nil {
		return err
	}
	g.Loud = &Loud{Title: s.title(in), Limit: in.Limit, Times: most}
	g.Loud.Quiet, err = s.quieter(ctx, in.Limit, g.Since, g.Until)
	return err
}

// times is how often each rule warned, or burned.
func (s Audience) times(ctx context.Context, g *Digest) (map[alert.Key]int, error) {
	burned, err := s.DB.Burned(ctx, g.Since, g.Until)
	made, unread := s.DB.Forecasts(ctx, alert.Key{}, g.Since)
	times := map[alert.Key]int{}
	for _, in := range burned {
		if s.Takes(in.Limit.Journey) {
			times[in.Limit.Key] += max(1, in.Turns)
		}
	}
	for _, f := range made {
		if !f.Promise.Demoted && f.Promise.Made.Before(g.Until) && s.Takes(f.Key.Journey) {
			times[f.Key]++
		}
	}
	return times, errors.Join(err, unread)
}

// quieter is the lowest limit of two digits on a latency at which it would not
// have burned: no Confirm.Of runs held Confirm.Over beyond it. It is 0 where
// that is no figure to be proposed.
func (s Audience) quieter(ctx context.Context, l alert.Limit, since, until time.Time) (float64, error) {
	const farthest = 3 // times the limit there is: more is another promise to the customer
	if l.Signal != alert.Latency {
		return 0, nil
	}
	var last []float64
	worst := 0.0
	over, of := max(1, l.Confirm.Over), max(1, l.Confirm.Of)
	err := s.DB.Results(ctx, l.Journey, since, until, func(r probes.Result) error {
		if v, ok := valueOf(r, l); ok {
			last = append(last[max(0, len(last)-of+1):], v)
			sorted := slices.Sorted(slices.Values(last))
			if len(sorted) >= over {
				worst = max(worst, sorted[len(sorted)-over])
			}
		}
		return nil
	})
	if worst <= l.Value || worst > farthest*l.Value {
		return 0, err
	}
	scale := math.Pow10(int(math.Floor(math.Log10(worst))) - 1)
	return math.Ceil(worst/scale) * scale, err
}

// dark is what was not seen: five runs of a journey, or more.
func (s Audience) dark(ctx context.Context, g *Digest, _ alert.Ledger) error {
	const few = 5
	all, err := s.DB.Sights(ctx, g.Since, g.Until)
	for _, x := range all {
		subject := s.Describe(alert.Key{Journey: x.Journey})
		if !s.Takes(x.Journey) || subject.Every <= 0 {
			continue
		}
		from := g.Since
		if !x.Before {
			from = x.First
		}
		missing := max(0, int(g.Until.Sub(from)/subject.Every)-x.Runs) + x.Unknown
		if missing >= few {
			g.Dark = append(g.Dark, Dark{clip(cmp.Or(subject.Title, x.Journey), nameText), time.Duration(missing) * subject.Every})
		}
	}
	return err
}

func (s Audience) votes(ctx context.Context, g *Digest, _ alert.Ledger) error {
	all, err := s.DB.Votes(ctx, g.Since, g.Until)
	for _, v := range all {
		switch {
		case !s.Takes(v.Key.Journey):
		case v.Useful:
			g.Useful++
		default:
			g.NotUseful++
		}
	}
	return err
}
