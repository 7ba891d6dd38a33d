package notify

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// picture is what a message that is out shows in its thread.
type picture struct {
	at Ref
	m  Message
}

// illustrate has m's picture shown in the thread of its message, beside the
// outbox: no message waits for it, and it may be lost.
func (w *worker) illustrate(m Message, r Receipt) {
	if m.Picture == nil || !r.Head {
		return
	}
	select {
	case w.pictures <- picture{r.Ref, m}:
	default: // a storm: nobody looks at so many
	}
}

// show shows pictures until ctx ends, one after the other.
func (w *worker) show(ctx context.Context) {
	const longest = 30 * time.Second
	s, ok := w.channel.(*Slack)
	for ok {
		select {
		case <-ctx.Done():
			return
		case p := <-w.pictures:
			ctx, cancel := context.WithTimeout(ctx, longest)
			err := guarded(func() error { return s.show(ctx, p) })
			cancel()
			if err != nil {
				w.log.Warn("show the picture of a message", "delivery", p.m.ID, "err", err)
			}
		}
	}
}

// show puts p into its thread, if the bot may.
func (s *Slack) show(ctx context.Context, p picture) error {
	if s.fileless.Load() {
		return nil
	}
	var content bytes.Buffer
	if err := p.m.Picture.PNG(&content); err != nil {
		return err
	}
	ctx, began := watched(ctx)
	_, err := s.api.UploadFileContext(ctx, slack.UploadFileParameters{
		Reader: &content, FileSize: content.Len(), Filename: fmt.Sprintf("inc-%d.png", p.m.Incident),
		Title: p.m.Picture.Title, AltTxt: p.m.Text, InitialComment: commentOf(p.m),
		Channel: p.at.Channel, ThreadTimestamp: p.at.TS,
	})
	if err == nil {
		return nil
	}
	e := classify(err, began(), s.settings.Token)
	if e.Code == "missing_scope" {
		s.fileless.Store(true) // until the next check
	}
	return e
}

// commentOf is what stands beside a picture, in Slack's markup.
func commentOf(m Message) string {
	lines := []string{mrkdwn(Text{strong(m.Picture.Title)})}
	for _, line := range m.Detail {
		lines = append(lines, mrkdwn(line))
	}
	return strings.Join(lines, "\n")
}
