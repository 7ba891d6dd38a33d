package store

import (
	"context"
	"path/filepath"
	"testing"
)

// TestSQLite holds the store on a SQLite file to the suite.
func TestSQLite(t *testing.T) {
	suite(t, func(t *testing.T) *DB {
		return mustOpenAt(t, filepath.Join(t.TempDir(), "forewarn.db"), Options{Ephemeral: true})
	})
}

// suite is what every database under a DB has to do, whichever it is. open
// gives a new, empty one.
func suite(t *testing.T, open func(*testing.T) *DB) {
	tests := map[string]func(*testing.T, context.Context, *DB){
		"a run comes back as canonical":                       runComesBack,
		"a run is kept with all it leads to, or not at all":   keptTogether,
		"runs come back by start, from since to before until": runsComeInOrder,
		"runs of other journeys stay out":                     otherJourneysStayOut,
		"visits may write, and end the reading":               visitsMayWrite,
		"the last run is the one that started last":           lastRun,
		"a summary counts verdicts and takes nearest ranks":   summaryCounts,
		"the transcript of the last failing run is kept":      transcriptIsKept,
		"marks come back since a time":                        marksComeBack,
		"a pulse is kept, and the last sign of life known":    pulseIsKept,

		"an unknown limit has the zero incident":           unknownLimit,
		"an incident gets a number when it opens":          incidentGetsNumber,
		"an incident that ended keeps its row":             endedIncidentStays,
		"a decision that changes nothing writes nothing":   nothingChanged,
		"a decision that fails leaves nothing behind":      failedDecision,
		"a panic in a decision is its error":               panicInDecision,
		"decisions race and none is lost":                  decisionsRace,
		"an act changes its incident and is kept":          actKept,
		"an act that changes nothing says why":             actStale,
		"a vote and what it took are kept once":            actSaysOnce,
		"acts and runs race and none is lost":              actsRace,
		"the last incidents come first":                    lastIncidents,
		"incidents come sorted by key":                     incidentsSorted,
		"a forecast is kept and settled":                   forecastSettled,
		"a forecast settles after its incident is over":    settledLater,
		"an event without an incident has its own history": eventWithoutIncident,

		"each told event goes to each route once":        eachRouteOnce,
		"of two that open at once one leads":             oneLeads,
		"incidents at one host share a message":          sharesOneMessage,
		"a message is shared with its own readers":       sharesWithItsOwnReaders,
		"a message that was refused leads nobody":        leadsOnlyWhatIsTold,
		"a route that is gone gets nothing":              routeGone,
		"routes take what is theirs":                     routesTakeTheirs,
		"the rest goes to who takes it":                  restTakesWhatIsLeft,
		"a fallback stands in, once, until it is over":   fallbackStandsIn,
		"what is escalated goes to its route":            escalatedGoes,
		"a reminder expires when the next is due":        reminderExpires,
		"what burns is found":                            burningFound,
		"what burned is found by its time":               burnedInTime,
		"the last vote of each person counts":            lastVotesCount,
		"what was seen is counted":                       sightsCount,
		"the digest goes to its routes, once":            digestGoesToItsRoutes,
		"old deliveries go, but those of open incidents": oldDeliveriesGo,
		"a message that still tells of one is kept":      keepsWhatIsEdited,
		"only the head of a lane is due":                 onlyHeads,
		"a newer edit supersedes the older":              editsCoalesce,
		"an edit that was in flight does not come back":  editInFlight,
		"a warning expires after its crossing":           warningExpires,
		"a route on hold sends nothing":                  routeOnHold,
		"a delivery waits until its next try":            retryWaits,
		"what was being sent is unknown after a crash":   recoverUnknown,
		"a message sent becomes the thread":              threadIsKept,
		"the message that told an event is found":        toldFindsOne,
		"finding it reads no other incident's rows":      toldReadsLittle,
		"one damaged event does not hide the others":     damagedIsKnown,
		"a delivery is sent once":                        sentOnce,
		"the dead can be woken":                          deadWake,
		"people revive what waits or is dead":            revived,
		"people drop what was not sent":                  dropped,
		"statistics of the outbox":                       outboxStats,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(t, t.Context(), open(t)) })
	}
}
