package config

// noiseTable is when messages are sent, and when not.
type noiseTable struct {
	place
	Quiet     label      `toml:"quiet_hours" max:"20" unit:"HH:MM-HH:MM" also:"quiet silent_hours do_not_disturb night" doc:"of each day, in agent.timezone: a warning waits until they are over, unless its crossing is expected before that; what burns is told at once"`
	Within    duration   `toml:"group_within" default:"1m" max:"1h" also:"group group_by group_wait grouping" doc:"incidents at one host that open so soon after each other share one message; \"0s\": they do not"`
	Storm     label      `toml:"storm" default:"10 in 5m" max:"20" also:"rate_limit storms flood collapse" doc:"incidents in a time: those beyond share one message, wherever they are; \"off\": each has its own"`
	Remind    []duration `toml:"remind" else:"15m, 1h, 4h" min:"1m" max:"7d" also:"reminder reminders_after repeat repeat_interval renotify" doc:"while something burns and nobody has it, a line in its thread so long after it began to burn, then so long after the one before; the last goes on; [] is never"`
	Reminders integer    `toml:"reminders" default:"5" max:"100" also:"remind_at_most max_reminders" doc:"how many of one incident, at most; flapping begins no new count"`
	Mention   []label    `toml:"mention" else:"nobody" max:"100" also:"call ping notify oncall" doc:"ids of the users (U...) and user groups (S...) of Slack whom a reminder calls"`
	After     duration   `toml:"escalate_after" default:"15m" min:"1m" max:"7d" also:"escalation_delay escalate" doc:"how long something burns, and nobody has it, until those of escalate_to are told as well, once"`
	To        []label    `toml:"escalate_to" else:"nobody" max:"100" also:"escalation escalate_target second" doc:"names of routes, which then take that incident until it is over, and ids of users (U...) and user groups (S...) of Slack, called in its thread; a route that is named here and has neither filters nor severity takes nothing else"`
}

// digestTable is the one message of a day.
type digestTable struct {
	place
	At    text    `toml:"at" default:"09:00" unit:"HH:MM" also:"time hour" doc:"of each day, in agent.timezone; \"\" is off. It goes to [slack] and to each route to a channel, webhook or mail that takes more than what burns"`
	Empty boolean `toml:"empty" default:"true" also:"when_empty always" doc:"also of a day of which there is nothing to say, in one line; false is silent then"`
}

type maintenanceTable struct {
	place
	Name     label    `toml:"name" required:"yes" max:"100" also:"id title reason" doc:"unique; said where it is shown"`
	Journeys []label  `toml:"journeys" else:"all" max:"100" also:"journey checks" doc:"those it is for, as the file names them, heartbeats and looks too; with tags and features: whatever any of them says"`
	Tags     []label  `toml:"tags" max:"100" also:"tag labels" doc:"it is for the journeys that have one of them"`
	Features []label  `toml:"features" max:"100" also:"feature services" doc:"it is for the journeys of these"`
	From     label    `toml:"from" required:"yes" max:"40" unit:"HH:MM, or a date with it" also:"start begin at" doc:"when it begins: \"02:00\" on each of days, or \"2026-12-01 22:00\" once"`
	Until    label    `toml:"until" max:"40" unit:"a date with HH:MM" also:"end to" doc:"when it ends that comes once; one of until, for"`
	For      duration `toml:"for" min:"1m" max:"7d" also:"duration length lasts" doc:"how long it lasts, by a watch: an hour that the clock is set by does not count; one of until, for"`
	Days     []label  `toml:"days" else:"every day" oneof:"Mon Tue Wed Thu Fri Sat Sun" also:"day weekdays on" doc:"on which it begins, if from is no date"`
	Timezone label    `toml:"timezone" else:"agent.timezone" max:"100" also:"tz zone" doc:"of from and until"`
}
