package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
)

// businessTable is what the completions of a journey are worth.
type businessTable struct {
	place
	Value     amount   `toml:"value" unit:"number and currency" also:"price worth margin revenue value_per_completion" doc:"of one completion, margin rather than revenue: \"40 EUR\", or a range, \"35-45 EUR\"; needed for any money"`
	PerDay    count    `toml:"completions_per_day" unit:"a day" also:"completions per_day orders orders_per_day conversions" doc:"of customers, not of forewarn's runs; taken as spread evenly over the day: 120, or a range, \"100-140\"; needed for any money"`
	Loss      share    `toml:"loss_per_100ms" unit:"%" also:"loss elasticity sensitivity" doc:"share of completions lost with each 100 ms more than good: \"1%\", a range, \"0.2-2%\", or \"public\": 0.2-1%, what experiments of other companies found; needed to say what slowness costs"`
	Good      duration `toml:"good" min:"1ms" max:"1h" also:"good_ms fast baseline" doc:"a latency of the journey that is as good as any: faster brings nothing more; needed to say what slowness costs"`
	ComesBack share    `toml:"come_back" else:"nobody" unit:"%" also:"come_back_share return retry_share" doc:"share of customers for whom it failed who come back and complete: \"30%\", or a range, \"0-50%\""`
}

// business is what the file says a journey is worth.
func (r *reader) business(t *journeyTable, j *Journey) impact.Business {
	b := impact.Business{
		Value: t.Business.Value.value, PerDay: t.Business.PerDay.value, Loss: t.Business.Loss.value,
		Public: t.Business.Loss.public, Good: t.Business.Good.value, ComesBack: t.Business.ComesBack.value,
		Where: "[journey.business]",
	}
	for _, l := range j.Limits {
		if l.Signal == alert.Latency && l.Step == "" && b.Good > 0 && l.Value > 0 && l.Value <= b.Good.Seconds() {
			r.odd(t.Business.Good.at(), fmt.Sprintf("good is not below the limit of %s, so that crossing it costs nothing", brief(seconds(l.Value))),
				"good is a latency that is as good as any")
		}
	}
	return b
}

var errNothing = errors.New("must be more than 0: leave it out if you do not know it")

// ranged reports whether a value was read that may be a range, and says so if
// it was not.
func (r *reader) ranged(n *node, k *Key, err error, such string) bool {
	if err != nil {
		r.wrong(n.at, k.name()+" "+err.Error(), "write "+example(k)+`, or a range, "`+such+`"`)
	}
	return err == nil
}

// amount is money, or a range of it.
type amount struct {
	place
	value impact.Amount
}

func (*amount) words() string { return "amount of money" }

func (a *amount) read(r *reader, n *node, k *Key) {
	s, ok := r.quoted(n, k)
	if !ok {
		return
	}
	value, err := impact.ParseAmount(s)
	if err == nil && value.Low.Minor == 0 {
		err = errNothing
	}
	if r.ranged(n, k, err, "35-45 EUR") {
		a.value = value
	}
}

// count is a number that is not negative, or a range of it.
type count struct {
	place
	value impact.Range
}

func (*count) words() string { return "number" }

func (c *count) read(r *reader, n *node, k *Key) {
	s, ok := r.verbatim(n, k)
	if !ok {
		return
	}
	if n.kind != aString {
		s = strings.ReplaceAll(strings.TrimPrefix(s, "+"), "_", "")
	}
	value, err := impact.ParseCount(s)
	if err == nil && value.Low == 0 {
		err = errNothing
	}
	if r.ranged(n, k, err, "100-140") {
		c.value = value
	}
}

// share is a part of something, or a range of it, in percent.
type share struct {
	place
	value  impact.Range
	public bool // of loss_per_100ms: it is what others found
}

func (*share) words() string { return "share" }

func (p *share) read(r *reader, n *node, k *Key) {
	s, ok := r.quoted(n, k)
	if !ok {
		return
	}
	loss := k.word() == "loss_per_100ms"
	if loss && s == "public" {
		p.value, p.public = impact.PublicLoss(), true
		return
	}
	value, err := impact.ParseShare(s)
	if err == nil && loss && value.High == 0 {
		err = errNothing
	}
	if r.ranged(n, k, err, "0.2-2%") {
		p.value = value
	}
}
