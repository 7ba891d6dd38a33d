// Package scenario is the language in which people test what their rules say:
// a series of runs goes in, and what must be said when is compared with what
// was said. The product's own rules are tested in it too (alert/testdata).
//
//	scenario a slow leak is announced before it burns
//	  limit latency above 1s ahead 2h
//	  runs: 200ms~5%x60 200ms+10ms~5%x120     # one a minute, from 0m on
//
//	  when 1h40m anna acknowledges
//
//	  at 1h5m..1h35m   soon
//	  at 1h40m         acknowledged
//	  at 2h15m..2h35m  burning
//	  at 2h15m..2h35m  came
//	  says nothing else
//
// A file holds any number of scenarios; what stands before the first one
// holds for all. A line is one statement, # begins a comment. Times count from
// the first run: 31m, 1h30m, 2d. A range is written 31m..35m. Names of more
// than one word stand in "quotes".
//
// Settings:
//
//	journey NAME                 its limits come from the configuration
//	limit [NAME|SIGNAL] ...      a limit, or changes to one of the configuration:
//	                             above V, below V, ahead T, confirm N of M,
//	                             stat p50, window T, step NAME
//	every T, timeout T           of the runs; the journey's, or 1m, and half of
//	                             every, 30s at most
//	start 2026-03-29T00:00       of the first run, in timezone ZONE
//	seed N                       of the noise
//	record [NAME] N of M came    of the limit's warnings before the first run
//
// Series (runs: is the journey; step NAME: and cert: go beside it):
//
//	200ms            one run          200ms+5msx60  sixty, each 5ms slower
//	200msx60         sixty runs       200ms~10%x60  sixty, lognormal noise
//	pass fail timeout                 without a latency, or with a lower bound
//	unknown                           our own fault
//	_                                 a run that is missing
//
// What happens:
//
//	when T WHO acknowledges | snoozes T | "finds it useful"
//	when T deploy | restart
//	when T..T maintenance | stopped   stopped: we do not run at all
//	when T..T JOURNEY burns           it depends on that one
//	when T limit [NAME] ... | removed
//	when T forecast T..T..T           earliest, expected, latest crossing
//	when T forecast no trend          any silence, in the words of status
//
// Without a forecast line the real trend of the runs is forecast.
//
// What must come of it:
//
//	at T [LIMIT] soon | burning | resolved | ...   an event, by its name
//	at T [LIMIT] soon, not told | ...              kept for a demoted rule
//	at T [LIMIT] came | averted | moot | did not come
//	at T [LIMIT] is quiet | soon | ... [: REASON]  the state, and why
//	says nothing [else]                            no other event
package scenario
