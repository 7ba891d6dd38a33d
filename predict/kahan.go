package predict

import "math"

// kahan is a sum that keeps the low-order bits which plain addition drops:
// Neumaier's form of Kahan summation (1974).
type kahan struct{ sum, lost float64 }

func (k *kahan) add(v float64) {
	t := k.sum + v
	if math.Abs(k.sum) >= math.Abs(v) {
		k.lost += (k.sum - t) + v
	} else {
		k.lost += (v - t) + k.sum
	}
	k.sum = t
}

func (k *kahan) value() float64 { return k.sum + k.lost }
