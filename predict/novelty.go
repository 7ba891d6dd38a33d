package predict

import "math"

// pastLevels is the series as prefix sums: over the bins whose index is from
// first on, with the profile taken away. Gaps count nothing.
type pastLevels struct {
	first        int64
	sums, counts [maxPast + 1]float64
}

// level is the mean of the n bins that end with index; NaN for none.
func (p *pastLevels) level(index int64, n int) float64 {
	i := int(index - p.first + 1)
	if i < n || i > maxPast {
		return math.NaN()
	}
	return (p.sums[i] - p.sums[i-n]) / (p.counts[i] - p.counts[i-n])
}

// rise is how much the level rose over lag bins up to index.
func (p *pastLevels) rise(index int64, lag, smooth int) float64 {
	return p.level(index, smooth) - p.level(index-int64(lag), smooth)
}

func (v view) pastLevels() *pastLevels {
	p := pastLevels{first: v.bins.newest - maxPast + 1}
	missing := maxPast - len(v.bins.past)
	for i, y := range v.bins.past {
		i += missing
		p.sums[i+1], p.counts[i+1] = p.sums[i], p.counts[i]
		if !math.IsNaN(float64(y)) {
			at := (float64(p.first+int64(i)) + 0.5) * v.bins.width
			p.sums[i+1] += float64(y) - v.season.at(at)
			p.counts[i+1]++
		}
	}
	return &p
}

// novel reports whether the series' own past knows no rise as large and as
// long: neither at any hour, by the 99th percentile, nor at this hour of any
// day we still hold, give or take an hour. With too little past it is novel.
func (v view) novel(tr trend) bool {
	lag := int(math.Round(tr.age()))
	smooth := max(1, lag/4)
	past := v.pastLevels()
	rise := tr.slope * tr.age()
	seen, larger := 0, 0
	for index := past.first; index <= v.bins.newest-int64(lag); index++ {
		if d := past.rise(index, lag, smooth); !math.IsNaN(d) {
			seen++
			if rise < novel*d {
				larger++
			}
		}
	}
	if seen >= max(2*lag, 30) && larger*100 > seen && v.has(pastNovelty) {
		return false
	}
	return !v.has(hourNovelty) || rise >= novel*v.usualRise(past, lag, smooth)
}

// usualRise is the largest rise of the same length that ended within an hour
// of this time of day, on the days before.
func (v view) usualRise(past *pastLevels, lag, smooth int) float64 {
	perDay, reach := day/v.bins.width, int64(math.Ceil(3600/v.bins.width))
	usual := 0.0
	for d := 1.0; d*perDay < maxPast; d++ {
		same := v.bins.newest - int64(math.Round(d*perDay))
		for index := same - reach; index <= min(same+reach, v.bins.newest-int64(lag)); index++ {
			if r := past.rise(index, lag, smooth); r > usual {
				usual = r
			}
		}
	}
	return usual
}
