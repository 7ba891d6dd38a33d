package cli

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/forewarn/forewarn/probes"
)

// The elements of JUnit XML, in the order and with the attributes that the
// strictest schema in use, that of Ant's junitreport, asks for; Jenkins, GitLab
// and GitHub's reporters read less.
type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	ID         int             `xml:"id,attr"`
	Package    string          `xml:"package,attr"`
	Name       string          `xml:"name,attr"`
	Timestamp  string          `xml:"timestamp,attr"` // UTC; the schema wants no zone
	Hostname   string          `xml:"hostname,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"` // seconds
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Out        junitText       `xml:"system-out"`
	Err        junitText       `xml:"system-err"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    string        `xml:"time,attr"`
	Skipped *junitProblem `xml:"skipped"`
	Error   *junitProblem `xml:"error"`
	Failure *junitProblem `xml:"failure"`
}

type junitProblem struct {
	Message string
	Type    string
	Text    junitText
}

// MarshalXML writes the problem as the element that it is in.
func (p junitProblem) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	start.Attr = []xml.Attr{{Name: xml.Name{Local: "message"}, Value: p.Message}, {Name: xml.Name{Local: "type"}, Value: p.Type}}
	return p.Text.MarshalXML(e, start)
}

// junitText is a text whose lines stay lines; Encode would write &#xA; between
// them.
type junitText string

// MarshalXML writes the text as it is.
func (t junitText) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return errors.Join(e.EncodeToken(start), e.EncodeToken(xml.CharData(t)), e.EncodeToken(start.End()))
}

// writeJUnit writes a round as JUnit XML: a suite for each journey, a case for
// each step. A failure is a wrong answer, an error one that could not be had.
// What XML cannot hold becomes U+FFFD.
func writeJUnit(w io.Writer, r round) error {
	var suites junitSuites
	for i, run := range r.runs {
		suites.Suites = append(suites.Suites, newSuite(i, cmp.Or(r.location, "localhost"), r.start, run))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(suites); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func newSuite(id int, location string, start time.Time, run walked) junitSuite {
	r := run.result
	if !r.Start.IsZero() {
		start = r.Start
	}
	s := junitSuite{
		ID: id, Package: "forewarn", Name: r.Journey, Hostname: location,
		Timestamp: start.UTC().Format("2006-01-02T15:04:05"), Time: seconds(r.Duration), Properties: properties(run),
	}
	if r.Failure != nil && (r.Step == "" || len(r.Steps) == 0) && r.Verdict != probes.Skipped {
		s.add(junitCase{Name: "(the journey)", Class: r.Journey, Time: seconds(0), Error: newProblem(r.Failure, "")})
	}
	for _, step := range r.Steps {
		s.add(newCase(run, step))
	}
	var out strings.Builder
	printRun(&out, r, false)
	s.Out = junitText(out.String())
	return s
}

// add counts a case and keeps it.
func (s *junitSuite) add(c junitCase) {
	s.Tests++
	switch {
	case c.Skipped != nil:
		s.Skipped++
	case c.Error != nil:
		s.Errors++
	case c.Failure != nil:
		s.Failures++
	}
	s.Cases = append(s.Cases, c)
}

func properties(run walked) []junitProperty {
	all := []junitProperty{{"verdict", run.result.Verdict.String()}, {"title", run.journey.Title}, {"feature", run.journey.Feature}}
	if len(run.journey.Tags) > 0 {
		all = append(all, junitProperty{"tags", strings.Join(run.journey.Tags, ",")})
	}
	if run.journey.Runbook != "" {
		all = append(all, junitProperty{"runbook", run.journey.Runbook})
	}
	for _, s := range run.result.Steps {
		if n := attemptsOf(s); n != "" {
			all = append(all, junitProperty{s.Verdict.String(), s.Name + ", " + n})
		}
	}
	return append(all, junitProperty{"forewarn", programVersion()})
}

func newCase(run walked, step probes.StepResult) junitCase {
	c := junitCase{Name: step.Name, Class: run.result.Journey, Time: seconds(step.Took())}
	problem := newProblem(step.Failure, run.transcript.Wire(step.Name))
	switch endingOf(run.result, step) {
	case skipped:
		c.Skipped = problem
	case wrong:
		c.Failure = problem
	case unseen:
		c.Error = problem
	}
	return c
}

// newProblem tells a failure, and what was sent and what came.
func newProblem(f *probes.Failure, wire string) *junitProblem {
	if f == nil {
		return &junitProblem{Type: "unknown"}
	}
	text := strings.TrimSpace(f.Evidence + "\n\n" + wire)
	return &junitProblem{Message: f.Message, Type: string(f.Kind), Text: junitText(text)}
}

// seconds is a duration as a decimal number.
func seconds(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }
