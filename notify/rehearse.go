package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"github.com/forewarn/forewarn/alert"
)

// rehearsal is a message that alarms nobody.
func rehearsal(now time.Time) Message {
	const text = "forewarn can post here: this is a test, nothing is wrong."
	return Message{
		ID: fmt.Sprintf("test-%d", now.UnixMilli()), Kind: alert.EventKind("test"), Text: text, Header: "👋 " + text,
		Body:    []Text{{words("Warnings begin with "), strong("Soon"), words(", what is broken with "), strong("Burning"), words(".")}},
		Context: []Text{plain("sent by forewarn slack")}, Reply: plain("Answers to a warning stand in its thread, as this one."),
	}
}

// Greet posts a message that alarms nobody and stays. It returns where it is;
// a webhook does not say.
func Greet(ctx context.Context, c Channel) (Ref, error) {
	r, err := c.Deliver(ctx, rehearsal(time.Now()))
	return r.Ref, err
}

// Rehearse does with a message all that an incident's goes through, and takes
// it away again. done hears of each step, and its error, which is the last.
func (s *Slack) Rehearse(ctx context.Context, done func(step string, err error)) error {
	m := rehearsal(time.Now())
	var first, reply Receipt
	steps := []struct {
		name string
		do   func() error
	}{
		{"posts", func() (err error) { first, err = s.post(ctx, m, ""); return err }},
		{"updates", func() (err error) { m.Target = first.Ref; _, err = s.edit(ctx, m); return err }},
		{"answers in the thread", func() (err error) { reply, err = s.answered(ctx, m); return err }},
		{"deletes", func() error {
			if err := s.remove(ctx, reply.Ref); err != nil {
				return err
			}
			return s.remove(ctx, first.Ref)
		}},
	}
	for _, step := range steps {
		err := step.do()
		done(step.name, err)
		if err != nil {
			return err
		}
	}
	return nil
}

// answered says m's reply in the thread of its target.
func (s *Slack) answered(ctx context.Context, m Message) (Receipt, error) {
	a, err := s.send(ctx, m.Target.Channel, m, reply(m, m.ID+"/reply"), slack.MsgOptionTS(m.Target.TS))
	return Receipt{Ref: a.Ref}, err
}

// remove deletes a message of our own.
func (s *Slack) remove(ctx context.Context, at Ref) error {
	asked, began := watched(ctx)
	if _, _, err := s.api.DeleteMessageContext(asked, at.Channel, at.TS); err != nil {
		return classify(err, began(), s.settings.Token)
	}
	return nil
}

// Lacks are the scopes that the token does not have, though some are needed
// only for what is not used. A server that names no scopes is believed.
func (s *Slack) Lacks(ctx context.Context) ([]Scope, error) {
	asked, began := watched(ctx)
	who, err := s.api.AuthTestContext(asked)
	if err != nil {
		return nil, classify(err, began(), s.settings.Token)
	}
	return lacking(who.Header.Get("X-OAuth-Scopes")), nil
}
