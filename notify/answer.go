package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/slack-go/slack"
)

// answerBack is what only the one who asked sees.
type answerBack struct {
	text   string
	blocks []slack.Block
}

// justSay answers in sentences, one paragraph each.
func justSay(paragraphs ...Text) answerBack {
	a := answerBack{blocks: sections(paragraphs)}
	for i, p := range paragraphs {
		if i > 0 {
			a.text += "\n"
		}
		a.text += p.String()
	}
	return a
}

// answer says a to whoever asked r. Its address came with the question and is
// good for half an hour; nobody else learns of it.
func (s *Socket) answer(ctx context.Context, r request, a answerBack) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	log := s.notifier.settings.Log
	body, err := json.Marshal(map[string]any{"response_type": "ephemeral", "replace_original": false,
		"text": entities(a.text), "blocks": slack.Blocks{BlockSet: a.blocks}})
	if err != nil {
		log.Error("answer a click or command", "err", err)
		return
	}
	ask, err := http.NewRequestWithContext(ctx, http.MethodPost, r.answerTo, bytes.NewReader(body))
	if err != nil {
		log.Warn("not answered: Slack gave no address to answer to")
		return
	}
	ask.Header.Set("Content-Type", "application/json")
	response, err := s.http.Do(ask)
	if err != nil {
		log.Warn("not answered: "+classify(err, true, r.answerTo).Reason, "to", clip(r.who.name, nameText))
		return
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		log.Warn("not answered: "+ofStatus(response.StatusCode).Reason, "to", clip(r.who.name, nameText))
	}
}
