package predict

// theilSen is the robust straight line of Theil (1950) and Sen (1968): the
// slope is the median of the slopes between all pairs of points with
// different x, the level the median of y - slope*x. A third of the points may
// lie anywhere without moving it far. With no such pair the slope is 0.
func theilSen(x, y []float64) (slope, level float64) {
	slopes := make([]float64, 0, len(x)*(len(x)-1)/2)
	for i := range x {
		for j := range i {
			if x[i] != x[j] {
				slopes = append(slopes, (y[i]-y[j])/(x[i]-x[j]))
			}
		}
	}
	slope = medianOf(slopes)
	rest := make([]float64, len(x))
	for i := range x {
		rest[i] = y[i] - slope*x[i]
	}
	return slope, medianOf(rest)
}
