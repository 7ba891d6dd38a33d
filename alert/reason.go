package alert

// Reason is why a decision spoke or kept silent. Every Decide gives one.
type Reason string

// Reasons to speak.
const (
	NonePassed     Reason = "none of the first runs has passed"
	TwoBinsAgree   Reason = "two bins agree on a crossing"
	MuchSooner     Reason = "the crossing comes much sooner than promised"
	EvidenceGone   Reason = "no evidence of a crossing for long enough"
	OverConfirmed  Reason = "enough runs are over the limit"
	OverAgain      Reason = "enough runs are over the limit again"
	ClearConfirmed Reason = "5 good runs in a row"
	OneIsEnough    Reason = "a good run, and one is enough"
	BlindTooLong   Reason = "no run could be judged for 5 intervals"
	SightIsBack    Reason = "runs can be judged again"
	DayIsOver      Reason = "the digest of the day is due"
	NobodyHasIt    Reason = "it burns and nobody has it"
)

// Reasons to keep silent.
const (
	AlreadyKnown   Reason = "not newer than what is known"
	NothingKnown   Reason = "no run has passed yet"
	FirstPassed    Reason = "the first run has passed"
	NoneOver       Reason = "within the limit, and no crossing in sight"
	NotConfirmed   Reason = "over the limit, but not in enough runs yet"
	NoHorizon      Reason = "within the limit, which is not forecast"
	OneBinOnly     Reason = "a crossing in sight, but only one bin says so"
	HeldBack       Reason = "held back: the journey's availability burns"
	SharesMessage  Reason = "another speaks for all that its message tells of"
	ParentBurns    Reason = "held back: a journey it depends on burns"
	IsSnoozed      Reason = "snoozed"
	IsDemoted      Reason = "a crossing is foreseen, but the rule is demoted: too few of its warnings came"
	AsPromised     Reason = "the crossing is still in sight"
	EvidenceLost   Reason = "no evidence of a crossing, but not for long"
	StillOver      Reason = "still burning"
	FirstGood      Reason = "the first good run since it burns"
	NotYetClear    Reason = "not enough good runs in a row yet"
	CannotTell     Reason = "unknown or missing run: our own fault changes nothing"
	StillBlind     Reason = "no look counts until a run can be judged again"
	InMaintenance  Reason = "in maintenance"
	NotDue         Reason = "the digest is not due"
	NotBurning     Reason = "it does not burn"
	NotLongYet     Reason = "nobody has it, but not for long"
	NothingOpen    Reason = "nothing is open that this could change"
	AlreadyHasIt   Reason = "somebody has it already"
	AlreadyOver    Reason = "the time to snooze until is over"
	AlreadySnoozed Reason = "snoozed until then already"
	NothingPending Reason = "no forecast waits to be settled"
	AlreadySaid    Reason = "the same person said the same before"
)

// Reasons given to people who act.
const (
	NowTaken     Reason = "somebody has it"
	NowSnoozed   Reason = "snoozed by hand"
	NowUseful    Reason = "said to be useful"
	NowNotUseful Reason = "said not to be useful"
	NowClosed    Reason = "closed by hand"
	NowRemoved   Reason = "the rule was removed"
	NowForgotten Reason = "the rule was removed; nothing was open"
)
