package demo

import (
	"math"
	"math/rand/v2"
	"time"
)

// Story is what happens to a shop, as a function of the time since it opened.
// It is drawn from a seed and then fixed: the same seed tells the same story.
type Story struct {
	Begins   time.Duration // payment begins to slow down
	Breaks   time.Duration // payment begins to fail as well
	Repaired time.Duration // all is as before
	Base     time.Duration // what a payment takes while all is well
	Peak     time.Duration // what it takes just before it is repaired
	Noise    float64       // standard deviation of the logarithm of every delay
	Failing  float64       // share of payments that fail once it breaks
}

// NewStory draws a story from a seed. The slow-down lasts long enough to be
// seen coming at one run every half second.
func NewStory(seed uint64) Story {
	r := rand.New(rand.NewPCG(seed, 0x5107))
	between := func(low, high float64) time.Duration {
		return time.Duration((low + (high-low)*r.Float64()) * float64(time.Second))
	}
	s := Story{
		Begins:  between(12, 18),
		Base:    between(0.050, 0.070),
		Peak:    between(0.400, 0.440),
		Noise:   0.10 + 0.05*r.Float64(),
		Failing: 0.85,
	}
	s.Breaks = s.Begins + between(38, 44)
	s.Repaired = s.Breaks + between(8, 10)
	return s
}

// Payment is how long a payment takes at a time since the shop opened, before
// noise: flat, then a straight rise, then flat again.
func (s Story) Payment(since time.Duration) time.Duration {
	if since < s.Begins || since >= s.Repaired {
		return s.Base
	}
	share := float64(since-s.Begins) / float64(s.Repaired-s.Begins)
	return s.Base + time.Duration(share*float64(s.Peak-s.Base))
}

// Fails reports whether payments fail, mostly, at a time since the shop opened.
func (s Story) Fails(since time.Duration) bool { return since >= s.Breaks && since < s.Repaired }

// noisy is a delay with log-normal noise around its median.
func noisy(median time.Duration, sigma float64) time.Duration {
	return time.Duration(float64(median) * math.Exp(sigma*rand.NormFloat64()))
}
