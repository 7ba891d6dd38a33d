// Package chart holds the course of one figure against its limit, with what is
// foretold of it, and draws it: history, limit, the cone of the forecast, and
// the crossing.
package chart
