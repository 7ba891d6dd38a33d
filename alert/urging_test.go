package alert_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/forewarn/forewarn/alert"
	"github.com/google/go-cmp/cmp"
)

func urging() alert.Urging {
	return alert.Urging{Remind: []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour}, Most: 5, Mention: []string{"U0123456789"}}
}

// burn makes the limit of k burn at noon.
func (k *keeper) burn() {
	for i := range 4 {
		k.decide(over(minute(i-4)), latency())
	}
	k.decide(over(noon), latency())
	k.in.Burned = noon
}

// urge looks each minute from a time on, as an agent does, and tells when it
// spoke, and of what.
func (k *keeper) urge(u alert.Urging, from, until time.Time) (said []string) {
	k.t.Helper()
	for now := from; now.Before(until); now = now.Add(time.Minute) {
		in, events, why := u.On(k.in, now)
		k.keep(in, events, why)
		for _, e := range events {
			said = append(said, fmt.Sprintf("%s at %v", e.Kind, now.Sub(noon)))
		}
	}
	return said
}

func TestRemindsLessAndLessOftenAndNotForEver(t *testing.T) {
	k := &keeper{t: t}
	k.burn()
	want := []string{"reminded at 15m0s", "reminded at 1h15m0s", "reminded at 5h15m0s", "reminded at 9h15m0s", "reminded at 13h15m0s"}
	if diff := cmp.Diff(want, k.urge(urging(), noon, noon.Add(48*time.Hour))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	last := k.events[len(k.events)-1]
	if !last.Until.Equal(last.At.Add(4*time.Hour)) || len(last.Mention) != 1 || k.in.Reminders != 5 {
		t.Errorf("the last one: %+v", last)
	}
}

func TestWhatNobodyLookedAtInTimeIsSaidOnce(t *testing.T) {
	k := &keeper{t: t}
	k.burn()
	want := []string{"reminded at 3h0m0s", "reminded at 4h0m0s"} // the pause counts from what was said
	if diff := cmp.Diff(want, k.urge(urging(), noon.Add(3*time.Hour), noon.Add(5*time.Hour))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNobodyIsUrgedWithoutNeed(t *testing.T) {
	u := urging()
	u.Escalate, u.To = 15*time.Minute, []string{"oncall"}
	for why, change := range map[alert.Reason]func(*alert.Incident){
		alert.AlreadyHasIt: func(in *alert.Incident) { in.AckBy, in.AckAt = "Ana", minute(3) },
		alert.IsSnoozed:    func(in *alert.Incident) { in.SnoozedUntil = minute(600) },
		alert.NotBurning:   func(in *alert.Incident) { in.State = alert.Clearing },
		alert.CannotTell:   func(in *alert.Incident) { in.Blind = minute(10) },
	} {
		k := &keeper{t: t}
		k.burn()
		change(&k.in)
		if said := k.urge(u, noon, minute(300)); said != nil || k.reason != why {
			t.Errorf("%s: says %q, %s", why, said, k.reason)
		}
	}
	for name, in := range map[string]alert.Incident{"nothing known": {}, "soon": {State: alert.Soon, Opened: noon}} {
		if _, events, why := u.On(in, minute(300)); events != nil || why != alert.NotBurning {
			t.Errorf("%s: says %v, %s", name, events, why)
		}
	}
}

func TestAfterASnoozeTheReminderThatIsDueIsSaid(t *testing.T) {
	k := &keeper{t: t}
	k.burn()
	k.in.SnoozedUntil = minute(120)
	want := []string{"reminded at 2h0m0s", "reminded at 3h0m0s"}
	if diff := cmp.Diff(want, k.urge(urging(), noon, minute(200))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFlappingDoesNotRestartTheCount(t *testing.T) {
	k := &keeper{t: t}
	k.burn()
	k.urge(urging(), noon, minute(80))
	for i := 80; i < 84; i++ { // it clears and burns again
		k.decide(under(minute(i), flat()), latency())
	}
	for i := 84; i < 90; i++ {
		k.decide(over(minute(i)), latency())
	}
	if k.in.State != alert.Burning || k.in.Reminders != 2 {
		t.Fatalf("%s after %d reminders", k.in.State, k.in.Reminders)
	}
	for i := 90; i < 96; i++ { // it is over, and returns
		k.decide(under(minute(i), flat()), latency())
	}
	if k.in.Open() {
		t.Fatal("still open")
	}
	for i := 96; i < 102; i++ {
		k.decide(over(minute(i)), latency())
	}
	if k.in.Number != 2 || k.in.Returns != 1 || k.in.Reminders != 2 {
		t.Fatalf("incident %d returned %d times after %d reminders", k.in.Number, k.in.Returns, k.in.Reminders)
	}
	if said := k.urge(urging(), minute(102), minute(98+240)); said != nil {
		t.Errorf("within four hours of its return: %q", said)
	}
}

func TestANewIncidentIsRemindedOfAnew(t *testing.T) {
	k := &keeper{t: t}
	k.burn()
	k.urge(urging(), noon, minute(80))
	k.in.Resolved, k.in.State, k.in.Number = minute(80), alert.Quiet, 0
	k.in.Runs = nil
	for i := 300; i < 304; i++ {
		k.decide(over(minute(i)), latency())
	}
	if k.in.State != alert.Burning || k.in.Reminders != 0 || !k.in.Escalated.IsZero() {
		t.Errorf("%s after %d reminders", k.in.State, k.in.Reminders)
	}
}

func TestItIsEscalatedOnceAndThatIsAReminderToo(t *testing.T) {
	u := urging()
	u.Escalate, u.To = 15*time.Minute, []string{"oncall", "S0123456789"}
	k := &keeper{t: t}
	k.burn()
	want := []string{"escalated at 15m0s", "reminded at 1h15m0s"}
	if diff := cmp.Diff(want, k.urge(u, noon, minute(300))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if e := k.events[1]; !cmp.Equal(e.To, u.To) || !cmp.Equal(e.Mention, u.Mention) || !cmp.Equal(k.in.EscalatedTo, u.To) || !k.in.Escalated.Equal(minute(15)) {
		t.Errorf("escalated: %+v", e)
	}
}

func TestItIsEscalatedWithoutReminders(t *testing.T) {
	k := &keeper{t: t}
	k.burn()
	u := alert.Urging{Escalate: 5 * time.Minute, To: []string{"oncall"}}
	if diff := cmp.Diff([]string{"escalated at 5m0s"}, k.urge(u, noon, minute(600))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// burningMates are incidents of one message that burn since noon and the two
// minutes after.
func burningMates() (mates []alert.Incident) {
	for i := range 3 {
		mates = append(mates, alert.Incident{State: alert.Burning, Number: int64(i + 1), Burned: noon.Add(time.Duration(i) * time.Minute)})
	}
	mates[1].Under, mates[2].Under = 1, 1
	return mates
}

func TestOneSpeaksForAllThatShareAMessage(t *testing.T) {
	mates := burningMates()
	at := noon.Add(20 * time.Minute)
	for i, want := range []alert.Reason{alert.NobodyHasIt, alert.SharesMessage, alert.SharesMessage} {
		if _, _, why := urging().On(mates[i], at, mates...); why != want {
			t.Errorf("incident %d: %s, want %s", i+1, why, want)
		}
	}
	mates[0], _, _ = urging().On(mates[0], at, mates...)
	mates[0].State, mates[0].Resolved = alert.Quiet, at.Add(time.Minute) // now the second one speaks, when the next reminder is due
	if _, said, why := urging().On(mates[1], at.Add(59*time.Minute), mates...); said != nil {
		t.Errorf("reminded twice within the hour: %s", why)
	}
	next, said, _ := urging().On(mates[1], at.Add(time.Hour), mates...)
	if len(said) != 1 || said[0].Kind != alert.Reminded || next.Reminders != 2 {
		t.Errorf("an hour after the first reminder: %d of them, %+v", next.Reminders, said)
	}
	mates[1].AckAt = at
	if _, said, _ := urging().On(mates[2], at.Add(time.Hour), mates...); len(said) != 1 {
		t.Errorf("somebody has the second, and nobody is reminded of the third")
	}
}

func TestWhatBurnsLongAfterIsEscalatedAnew(t *testing.T) {
	u := alert.Urging{Escalate: 15 * time.Minute, To: []string{"oncall"}}
	mates := burningMates()
	mates[0], _, _ = u.On(mates[0], noon.Add(15*time.Minute), mates...)
	mates[0].AckAt = noon.Add(20 * time.Minute)
	if _, said, _ := u.On(mates[1], noon.Add(30*time.Minute), mates...); said != nil {
		t.Errorf("escalated twice: %+v", said)
	}
	mates[2].Burned = noon.Add(2 * time.Hour)
	if _, said, _ := u.On(mates[2], noon.Add(2*time.Hour+15*time.Minute), mates[0], mates[2]); len(said) != 1 || said[0].Kind != alert.Escalated {
		t.Errorf("not escalated: %+v", said)
	}
}

// urgeMates looks each minute at incidents of one message, and tells when
// somebody spoke, and who.
func urgeMates(u alert.Urging, mates []alert.Incident, from, until time.Time) (said []string) {
	for now := from; now.Before(until); now = now.Add(time.Minute) {
		for i := range mates {
			if mates[i].Burned.After(now) {
				continue
			}
			open := slices.DeleteFunc(slices.Clone(mates), func(mate alert.Incident) bool { return mate.Burned.After(now) })
			in, events, _ := u.On(mates[i], now, open...)
			mates[i] = in
			for _, e := range events {
				said = append(said, fmt.Sprintf("%d %s at %v", in.Number, e.Kind, now.Sub(noon)))
			}
		}
	}
	return said
}

// What burns while the message is hours old is only an edit of that, which
// wakes nobody: it has reminders of its own, however many the message had.
func TestWhatBurnsLongAfterTheMessageIsRemindedOfWithinTheFirstPause(t *testing.T) {
	mates := burningMates()
	mates[1].Burned = noon.Add(2 * time.Hour)  // in the pause of four hours
	mates[2].Burned = noon.Add(20 * time.Hour) // after the last reminder
	want := []string{
		"1 reminded at 15m0s", "1 reminded at 1h15m0s",
		"2 reminded at 2h15m0s",                          // it tells of the first, too
		"2 reminded at 3h15m0s", "1 reminded at 7h15m0s", // by whoever is due first
		"1 reminded at 11h15m0s", "1 reminded at 15h15m0s",
		"3 reminded at 20h15m0s", "3 reminded at 21h15m0s", "3 reminded at 25h15m0s", "3 reminded at 29h15m0s", "3 reminded at 33h15m0s",
	}
	if diff := cmp.Diff(want, urgeMates(urging(), mates, noon, noon.Add(72*time.Hour))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAStormThatDripsIsRemindedOfNoMoreOftenThanTheFirstPause(t *testing.T) {
	var mates []alert.Incident
	for i := range 100 {
		mates = append(mates, alert.Incident{State: alert.Burning, Number: int64(i + 1), Burned: noon.Add(time.Duration(i) * time.Minute)})
	}
	said := urgeMates(urging(), mates, noon, noon.Add(100*time.Minute))
	if len(said) > 100/15 {
		t.Errorf("%d reminders in 100 minutes: %q", len(said), said)
	}
}
