// Package store keeps everything that must survive a restart in one SQLite
// file: runs, incidents, forecasts, the outbox, marks.
//
//	Keep   ──┐                      ┌── Results, Incidents, Due, ...
//	Decide ──┼─> committer ─> file ─┤   (four connections that only read)
//	Sent   ──┘  (one connection)    └── Backup
//
// One goroutine writes. Writes that wait at the same time share a commit, and
// each caller goes on only once its own is on the disk, power cut or not. No
// transaction is ever open while anything waits.
//
// One agent has the file ([Open]); other processes read it, and write a mark
// or an acknowledgement, beside it ([Attach]).
//
// A run is written together with what it leads to ([DB.Keep]), and an incident
// changes only through a [Decision]: state, events, forecasts and deliveries
// in one transaction. A [Delivery] then waits in the outbox until
// its channel has accepted it:
//
//	pending -> sending -> sent
//	   ^          |------> unknown   no answer: it may have arrived
//	   |----------'------> dead      given up; `outbox retry` wakes it
//
// How rows are laid out is nobody else's business: it will change for years
// of history, under the same methods.
package store
