package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/probes"
)

// once is one command line of `forewarn once`.
type once struct {
	file    string
	names   []string // patterns of names; none: all
	tags    []string
	vars    []string // name=value
	baseURL string

	jobs     int
	timeout  time.Duration // of a whole round; 0 is none
	failFast bool

	format  string             // of standard output: "text" or one of formats
	reports map[string]*string // format to file; "" is none
	verbose bool
	quiet   bool
	watch   bool

	out, errOut io.Writer

	long bool // the run printed last took several lines
}

func newOnce() *cobra.Command {
	o := &once{reports: map[string]*string{}}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "once [journey...]",
		Short: "Walk journeys now and print what happened; for CI, too",
		Long: `Walks the named journeys once, or all of them, and prints what happened; * and ?
in a name stand for any text and any one character. Nothing is stored and nobody
is told. docs/ci.md shows it in a pipeline.

Exit codes: 0 all passed, 1 bad options or a report that cannot be written,
2 bad configuration, 3 a journey could not be probed (name, connection, TLS,
timeout, our own fault), 4 an expectation or a capture failed, 130 interrupted.
Of several the first of 130, 3, 4, 1 is taken.`,
		Example: `  forewarn once checkout
  forewarn once 'shop-*' --tag smoke --base-url https://staging.shop.example
  forewarn once --report-junit report.xml --report-har run.har
  forewarn once checkout --watch`,
		RunE: func(cmd *cobra.Command, names []string) error {
			if asJSON {
				o.format = "json"
			}
			o.names, o.out, o.errOut = names, cmd.OutOrStdout(), cmd.ErrOrStderr()
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			context.AfterFunc(ctx, stop) // a second signal ends it at once
			return o.run(ctx, cmd)
		},
	}
	configFlag(cmd, &o.file)
	f := cmd.Flags()
	f.StringArrayVar(&o.tags, "tag", nil, "only journeys with this tag; a,b needs both, !a needs its absence; given again: either")
	f.StringArrayVar(&o.vars, "var", nil, "name=value in place of a var of the configuration; may be repeated")
	f.StringVar(&o.baseURL, "base-url", "", "walk here in place of every journey's base_url, as on staging")
	f.IntVarP(&o.jobs, "jobs", "j", 4, "journeys walked at a time; the order of what is printed does not change")
	f.DurationVar(&o.timeout, "timeout", 0, "of all journeys together, as in 2m (default: each has its own only)")
	f.BoolVar(&o.failFast, "fail-fast", false, "begin no journey after one that did not pass")
	f.StringVar(&o.format, "format", "text", "what is printed: text, "+formatList())
	f.BoolVar(&asJSON, "json", false, "the same as --format json")
	for _, format := range formats() {
		o.reports[format.name] = f.String("report-"+format.name, "", "write "+format.about+", to this file, too")
	}
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print the transcript of each run, secrets masked")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print only what did not pass")
	f.BoolVar(&o.watch, "watch", false, "walk again whenever the configuration or a file it names is saved, until ctrl-C")
	return cmd
}

// run does what the command line says.
func (o *once) run(ctx context.Context, cmd *cobra.Command) error {
	if err := o.sane(); err != nil {
		return err
	}
	file, err := findConfig(o.file)
	if err != nil {
		return err
	}
	o.file = file
	if o.watch {
		return o.keepWatching(ctx, cmd)
	}
	c, err := loadConfig(o.file)
	if err != nil {
		return err
	}
	return o.round(ctx, c)
}

// sane judges the options by themselves.
func (o *once) sane() error {
	switch {
	case o.jobs < 1:
		return fmt.Errorf("--jobs %d: at least one journey has to be walked at a time", o.jobs)
	case o.timeout < 0:
		return fmt.Errorf("--timeout %v: write a time such as 2m", o.timeout)
	case o.format != "text" && writerOf(o.format) == nil:
		return fmt.Errorf("there is no --format %s: choose text, %s", o.format, formatList())
	case o.quiet && o.verbose:
		return errors.New("--quiet and --verbose contradict each other: give one of them")
	}
	return nil
}

// round walks the journeys once and writes every report.
func (o *once) round(ctx context.Context, c config.Config) error {
	journeys, err := o.choose(c)
	if err != nil {
		return err
	}
	if err := o.aim(journeys); err != nil {
		return err
	}
	files, err := o.create() // before the first request: a journey may buy something
	if err != nil {
		return err
	}
	defer files.close()
	o.long = false
	r := o.walk(ctx, c.Agent.Location, journeys)
	err = errors.Join(o.finish(r), files.write(r))
	if r.code == exitOK && err != nil {
		return err
	}
	if r.code != exitOK {
		return exitError{r.code, err}
	}
	return nil
}

// round is what one walk of all journeys found.
type round struct {
	location string
	start    time.Time
	took     time.Duration
	runs     []walked // in the order of the file
	code     int      // exit code
}

// walked is one run of one journey.
type walked struct {
	journey    probes.Journey
	result     probes.Result
	transcript probes.Transcript
}
