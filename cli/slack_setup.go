package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/forewarn/forewarn/notify"
)

// setup is `slack setup`: what it asks and tells.
type setup struct {
	channel, api, envFile string
	in                    io.Reader
	lines                 *bufio.Reader
	out                   io.Writer
}

func newSlackSetup() *cobra.Command {
	s := &setup{}
	cmd := &cobra.Command{
		Use:   "setup",
		Short: "To the first message in three minutes: a webhook, or a bot",
		Long: `Asks for an incoming webhook or a bot token, which is read without being shown,
posts a test message with it, and prints what belongs in the configuration. The
token is written nowhere, unless --env-file names a file for it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.in, s.out = cmd.InOrStdin(), cmd.OutOrStdout()
			s.lines = bufio.NewReader(s.in)
			return s.run(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&s.channel, "channel", "", "where a bot posts, as in #shop-alerts (default: ask)")
	cmd.Flags().StringVar(&s.api, "api-url", "", "any server that speaks Slack's API")
	cmd.Flags().StringVar(&s.envFile, "env-file", "", "write the token into this new file, readable by you alone")
	return cmd
}

func (s *setup) run(ctx context.Context) error {
	link, err := notify.NewAppURL()
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, `The quickest way is an incoming webhook: one key, messages without threads and updates.
  https://api.slack.com/messaging/webhooks

A bot keeps one true message for each incident. This link makes the app; choose the
workspace, Create, Install to Workspace, and copy the Bot User OAuth Token.
  %s

`, link)
	key, err := s.secret("Webhook URL (https://hooks.slack.com/...) or bot token (xoxb-...): ")
	if err != nil {
		return err
	}
	if key == "" {
		return exitError{exitOptions, errors.New("nothing was read: run this at a terminal and paste the URL or the token, " +
			"or pipe it in, as in forewarn slack setup < token.txt")}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	switch {
	case strings.HasPrefix(key, "http://") || strings.HasPrefix(key, "https://"):
		return s.webhook(ctx, key)
	case strings.HasPrefix(key, "xoxb-"):
		return s.bot(ctx, key)
	}
	return exitError{exitOptions, errors.New("this is neither a webhook's URL nor a bot token: a bot token begins with xoxb-")}
}

func (s *setup) webhook(ctx context.Context, key string) error {
	if err := s.greet(ctx, notify.NewWebhook(notify.WebhookSettings{URL: key})); err != nil {
		return err
	}
	return s.finish("SLACK_WEBHOOK", key, `webhook_url = "${SLACK_WEBHOOK}"`)
}

func (s *setup) bot(ctx context.Context, token string) error {
	if s.channel == "" {
		fmt.Fprint(s.out, "Channel, after /invite @forewarn there (#shop-alerts): ")
		line, err := s.lines.ReadString('\n')
		if s.channel = strings.TrimSpace(line); s.channel == "" {
			return exitError{exitOptions, errors.Join(errors.New("no channel: name one, as in --channel '#shop-alerts'"), ignoreEOF(err))}
		}
	}
	bot := notify.NewSlack(notify.SlackSettings{Token: token, Channel: s.channel, APIURL: s.api})
	at, err := s.posted(ctx, bot)
	if err != nil {
		return err
	}
	lines := fmt.Sprintf("channel   = %q  # %s\nbot_token = \"${SLACK_BOT_TOKEN}\"", at.Channel, s.channel)
	if s.api != "" {
		lines += fmt.Sprintf("\napi_url   = %q", s.api)
	}
	return s.finish("SLACK_BOT_TOKEN", token, lines)
}

func (s *setup) greet(ctx context.Context, c notify.Channel) error {
	_, err := s.posted(ctx, c)
	return err
}

// posted checks c, says each problem with its fix, and posts the first message.
func (s *setup) posted(ctx context.Context, c notify.Channel) (notify.Ref, error) {
	for _, p := range c.Check(ctx) {
		fmt.Fprintf(s.out, "%s\n", p)
		if p.Fatal {
			return notify.Ref{}, exitError{exitConfig, errors.New("nothing was posted: see above")}
		}
	}
	at, err := notify.Greet(ctx, c)
	if err != nil {
		return at, exitError{exitConfig, fmt.Errorf("post a test message: %w", err)}
	}
	fmt.Fprintln(s.out, "✓ a test message is in Slack")
	return at, nil
}

// finish says what belongs where, and writes the token if that is asked for.
func (s *setup) finish(name, secret, lines string) error {
	fmt.Fprintf(s.out, "\nPut into forewarn.toml:\n\n[slack]\n%s\n\n", lines)
	if s.envFile == "" {
		fmt.Fprintf(s.out, "and the token into the environment of forewarn:\n\nexport %s='...'\n", name)
		return nil
	}
	f, err := os.OpenFile(s.envFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the token: %w: name a file that is not there yet with --env-file", err)
	}
	_, err = fmt.Fprintf(f, "%s=%s\n", name, secret)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the token: %w", err)
	}
	fmt.Fprintf(s.out, "%s=... is in %s, readable by you alone\n", name, s.envFile)
	return nil
}

// secret asks for what must not be seen: without an echo if it is typed.
func (s *setup) secret(prompt string) (string, error) {
	fmt.Fprint(s.out, prompt)
	if f, ok := s.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		typed, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(s.out)
		return strings.TrimSpace(string(typed)), err
	}
	line, err := s.lines.ReadString('\n')
	fmt.Fprintln(s.out)
	return strings.TrimSpace(line), ignoreEOF(err)
}

// ignoreEOF is err, but that the input is over.
func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
