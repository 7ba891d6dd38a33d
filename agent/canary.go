package agent

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// canary asks over this machine's own way out, at addresses that have nothing
// to do with what is watched: if none of them answers either when a journey
// does not get through, the way is broken and the product is not.
type canary struct {
	urls   []string
	client http.Client

	asking chan struct{} // holds a token for whoever asks; guards all below
	asked  time.Time     // when the last answer was known
	down   error         // why nobody answered; nil if one did
}

const (
	// canaryPatience is how long a canary may take to answer.
	canaryPatience = 3 * time.Second

	// canaryFresh is how old an answer may be that others have got: a thousand
	// journeys that fail at once ask once.
	canaryFresh = time.Second
)

// newCanary is nil if there is none to ask. A client of nil makes a connection
// of its own for each question.
func newCanary(urls []string, client *http.Client) *canary {
	if len(urls) == 0 {
		return nil
	}
	c := &canary{urls: urls, asking: make(chan struct{}, 1)}
	if client != nil {
		c.client = *client
	} else {
		c.client.Transport = &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}
	}
	c.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// silent is why no canary answers, or nil if one does. Any answer will do,
// whatever it says.
func (c *canary) silent(ctx context.Context) error {
	select {
	case c.asking <- struct{}{}:
		defer func() { <-c.asking }()
	case <-ctx.Done():
		return nil // nothing is known
	}
	if c.asked.IsZero() || time.Since(c.asked) > canaryFresh {
		c.down = c.ask(ctx)
		c.asked = time.Now()
	}
	if ctx.Err() != nil {
		c.asked = time.Time{} // stopped while it asked
		return nil
	}
	return c.down
}

// ask asks all canaries at once, until the first answers.
func (c *canary) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, canaryPatience)
	defer cancel()
	answers := make(chan error, len(c.urls))
	for _, u := range c.urls {
		go func() { answers <- c.knock(ctx, u) }()
	}
	var silent []error
	for range c.urls {
		err := <-answers
		if err == nil {
			return nil
		}
		silent = append(silent, err)
	}
	return errors.Join(silent...)
}

// knock asks one canary. Of its address only the host is told.
func (c *canary) knock(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return errors.New("agent.canary: not a URL")
	}
	response, err := c.client.Do(request)
	if err == nil {
		return response.Body.Close()
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("no answer within %v", canaryPatience)
	}
	return fmt.Errorf("%s: %w", request.URL.Host, err)
}
