package predict

// noise is what is left of a series when its trend is taken away.
type noise struct {
	variance float64 // of one bin about the fit
	phi      float64 // correlation of neighbouring bins, 0 to 0.95
}

// inflation is the factor by which autocorrelation multiplies the variance of
// a fitted line: (1+phi)/(1-phi) for an AR(1) process (Santer et al. 2000,
// by its effective sample size).
func (n noise) inflation() float64 { return (1 + n.phi) / (1 - n.phi) }

// autocorrelation is the lag-1 correlation of residuals, corrected for its
// bias of -(1+3phi)/n (Kendall 1954) and kept within [0, 0.95]. Only points
// one bin apart count as neighbours.
func autocorrelation(points []point, residuals []float64) float64 {
	var sum, cross, pairs float64
	for i, r := range residuals {
		sum += r * r
		if i > 0 && points[i].x-points[i-1].x < 1.5 {
			cross += r * residuals[i-1]
			pairs++
		}
	}
	if sum == 0 || pairs < 3 {
		return 0
	}
	n := float64(len(residuals))
	phi := cross / pairs * n / sum
	phi += (1 + 3*phi) / n
	return min(max(phi, 0), 0.95)
}
