package notify

import (
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/impact"
)

// Digest is what a stretch of time came to, usually a day, of some journeys.
type Digest struct {
	Since, Until time.Time

	Burned []Burn // in the order in which they began to
	Missed int    // of those: burned without a warning, though their limits are forecast
	Judged Tally  // of the warnings that were told: how they turned out
	AtRisk []Risk // what is foreseen now
	Kept   []Kept // warnings that the precision gate kept
	Loud   *Loud  // the rule that said most; nil if none said much
	Dark   []Dark // what could not be seen

	Useful, NotUseful int // votes
}

// Tally counts how warnings turned out.
type Tally struct{ Came, DidNotCome, Averted, Moot int }

// Burn is what of an incident that burned lies in a digest.
type Burn struct {
	Number      int64
	Title       string
	Limit       alert.Limit
	From, Until time.Time
	Open        bool          // at the end of the digest
	Lead        time.Duration // from its warning until the limit was crossed; 0: nobody was warned
	Lost        impact.Cost   // in this time; the zero Cost of what costs nothing, such as a certificate that ends in days
	Beside      bool          // another of its journey cost more at the same time: it is in no sum
}

// Risk is what is foreseen, and what that puts at risk.
type Risk struct {
	Title  string
	Limit  alert.Limit
	Expect time.Time // when it crosses
	Money  string
}

// Kept are the warnings of a rule that were told to nobody.
type Kept struct {
	Title    string
	Limit    alert.Limit
	Warnings int
	Record   alert.Record
}

// Loud is the rule that said most.
type Loud struct {
	Title string
	Limit alert.Limit
	Times int     // it warned or burned
	Quiet float64 // a limit at which it would not have burned in this time; 0: none is known
}

// Dark is how long a journey was not seen: by our own fault, or because
// forewarn was not running.
type Dark struct {
	Title string
	Long  time.Duration
}

// Empty reports whether there is nothing to say.
func (g Digest) Empty() bool {
	return len(g.Burned)+len(g.AtRisk)+len(g.Kept)+len(g.Dark)+g.Useful+g.NotUseful == 0 && g.Judged == Tally{}
}

// Lost is what was lost, by currency, as far as it is known, in the order in
// which they came; and why it is unknown of the rest, each reason once. All of
// it is estimated: nothing of it is measured.
func (g Digest) Lost() (sums []impact.Amount, unknown []string) {
	seen := map[string]bool{}
	for _, b := range g.Burned {
		if why := b.Lost.Missing; why != "" && !seen[why] {
			seen[why] = true
			unknown = append(unknown, why)
		}
		if b.Beside || !b.Lost.Known() {
			continue
		}
		at := -1
		for i := range sums {
			if sums[i].Currency() == b.Lost.Currency() {
				at = i
			}
		}
		if at < 0 {
			sums = append(sums, b.Lost.Amount)
		} else {
			sums[at] = sums[at].Plus(b.Lost.Amount)
		}
	}
	return sums, unknown
}

// burning is for how long anything burned in all.
func (g Digest) burning() (long time.Duration) {
	for _, b := range g.Burned {
		long += b.Until.Sub(b.From)
	}
	return long
}
