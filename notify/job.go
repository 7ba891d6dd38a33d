package notify

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/forewarn/forewarn/alert"
)

// silent reports whether the incident is about a job that reports by itself.
// Nobody runs it, so no message may talk of runs that failed: what is known is
// that it was not heard, or what it said.
func (d draft) silent() bool { return d.s.Job && d.in.Limit.Signal == alert.Availability }

// jobPhrases are the words for a job.
func (d draft) jobPhrases() phrases {
	why := ": " + d.said()
	return phrases{"will be missed", "will be missed", why, why, "is well again", "down"}
}

// said is why the job is not well: "no ping for 8 s: one is due every 4 s".
func (d draft) said() string { return cmp.Or(clip(d.in.Why, whyText), "it is down") }

// burningJob is the reactive message of a job.
func (d draft) burningJob() Message {
	first, _, _ := strings.Cut(d.said(), ": ")
	return d.place(Message{
		Text:   d.burningWord() + ": " + d.short(": "+first) + sentence(": "+d.said()+d.lasting()) + d.bill().sentence(),
		Header: "🔥 " + clip(d.name(headText-60)+": "+first, headText-4),
		Body:   []Text{{words(upper(sentence(d.said())) + " Down since "), d.clock(d.in.Burned), words(".")}},
	})
}

// sentence ends s with a full stop, unless it ends as a sentence does.
func sentence(s string) string {
	if last, _ := utf8.DecodeLastRuneInString(s); strings.ContainsRune(".!?…", last) {
		return s
	}
	return s + "."
}
