//go:build !race

package config

// slowdown is how much longer things may take under the race detector.
const slowdown = 1
