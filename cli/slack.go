package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/notify"
)

func newSlack() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "slack",
		Short: "Connect Slack: set it up, check it, test it",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newSlackSetup(), newSlackCheck(), newSlackTest(), newSlackManifest())
	return cmd
}

func newSlackManifest() *cobra.Command {
	var scopes bool
	cmd := &cobra.Command{
		Use:   "manifest",
		Short: "Print the description of the app that Slack makes one from",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := cmd.OutOrStdout()
			if scopes {
				for _, s := range notify.Scopes() {
					fmt.Fprintf(out, "%-17s %s\n", s.Name, s.Buys)
				}
				return nil
			}
			text, err := notify.Manifest()
			if err == nil {
				_, err = out.Write(text)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&scopes, "scopes", false, "print instead what each scope buys")
	return cmd
}

func newSlackCheck() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Are token, scopes, channel and Socket Mode right? Nothing is posted",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(file)
			if err != nil {
				return err
			}
			if c.Slack.BotToken == "" && c.Slack.Webhook == "" {
				return exitError{exitConfig, errors.New("[slack] has neither bot_token nor webhook_url: see forewarn slack setup")}
			}
			return errors.Join(checkSlack(cmd, c), checkMore(cmd, c))
		},
	}
	configFlag(cmd, &file)
	return cmd
}

// checkMore says what the token could not do, though nothing fails of it, and
// whether clicks would be heard.
func checkMore(cmd *cobra.Command, c config.Config) error {
	if c.Slack.BotToken == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), 15*time.Second)
	defer cancel()
	out := cmd.OutOrStdout()
	lacks, err := slackBot(c).Lacks(ctx)
	if err != nil {
		return nil // said already
	}
	for _, s := range lacks {
		fmt.Fprintf(out, "scope %s is not there: it %s\n", s.Name, s.Buys)
	}
	if c.Slack.AppToken == "" {
		fmt.Fprintln(out, "no buttons: slack.app_token is not set; messages name the command instead")
		return nil
	}
	settings := notify.SlackSettings{APIURL: c.Slack.API}
	problems := notify.CheckAppToken(ctx, settings, string(c.Slack.AppToken))
	for _, p := range problems {
		fmt.Fprintf(out, "%s\n", p)
	}
	if len(problems) == 0 {
		fmt.Fprintln(out, "Socket Mode: ready")
	}
	return nil
}

func slackBot(c config.Config) *notify.Slack {
	return notify.NewSlack(notify.SlackSettings{Token: string(c.Slack.BotToken), Channel: c.Slack.Channel, APIURL: c.Slack.API})
}

func newSlackTest() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Post, update, answer and delete a message; a webhook can only post",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(file)
			if err != nil {
				return err
			}
			return testSlack(cmd, c)
		},
	}
	configFlag(cmd, &file)
	return cmd
}

func testSlack(cmd *cobra.Command, c config.Config) error {
	ctx, cancel := context.WithTimeout(cmd.Context(), 30*time.Second)
	defer cancel()
	said := func(step string, err error) {
		if err != nil {
			fmt.Fprintf(cmd.OutOrStdout(), "✗ %s: %v\n", step, err)
			return
		}
		fmt.Fprintf(cmd.OutOrStdout(), "✓ %s\n", step)
	}
	var err error
	switch {
	case c.Slack.BotToken != "":
		err = slackBot(c).Rehearse(ctx, said)
	case c.Slack.Webhook != "":
		_, err = notify.Greet(ctx, notify.NewWebhook(notify.WebhookSettings{URL: string(c.Slack.Webhook)}))
		said("posts; a webhook can neither update, answer nor delete", err)
	default:
		return exitError{exitConfig, errors.New("[slack] has neither bot_token nor webhook_url: see forewarn slack setup")}
	}
	if err != nil {
		return exitError{exitConfig, errors.New("no message reaches Slack: see above, and forewarn slack check")}
	}
	return nil
}
