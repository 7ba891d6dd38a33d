package cli

import (
	"context"
	"strings"
	"time"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/web"
)

// happened keeps what somebody told over the API.
func (a *app) happened(ctx context.Context, h web.Happening) error {
	return a.db.Mark(ctx, h.At, h.Text)
}

// markReload keeps what a reload changed of the journeys, for messages to name
// it: a limit that moved explains more than any deploy.
func (a *app) markReload(ctx context.Context, old, next config.Config) {
	text := changesOf(old, next)
	if text == "" {
		return
	}
	if err := a.db.MarkOurs(ctx, time.Now(), text); err != nil {
		a.log.Error("keep what the reload changed", "error", err)
	}
}

// changesOf names the journeys that next watches in another way than old, in
// one line; "" if there are none.
func changesOf(old, next config.Config) string {
	before := map[string]config.Journey{}
	for _, j := range old.Journeys {
		before[j.Name] = j
	}
	var added, changed, removed []string
	for _, j := range next.Journeys {
		was, known := before[j.Name]
		delete(before, j.Name)
		switch {
		case !known:
			added = append(added, j.Name)
		case !watchOf(j).Same(watchOf(was)):
			changed = append(changed, j.Name)
		}
	}
	for _, j := range old.Journeys {
		if _, gone := before[j.Name]; gone {
			removed = append(removed, j.Name)
		}
	}
	var parts []string
	for what, names := range [...][]string{added, changed, removed} {
		if len(names) > 0 {
			parts = append(parts, [...]string{"new: ", "changed: ", "gone: "}[what]+someOf(names))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "forewarn's configuration, " + strings.Join(parts, "; ")
}

// someOf names the first of names.
func someOf(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " ..."
}
