package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// format is one way to write a round for programs.
type format struct {
	name  string
	about string
	write func(io.Writer, round) error
}

func formats() []format {
	return []format{
		{"json", "every run as JSON (docs/ci.md)", writeRuns},
		{"junit", "JUnit XML, a test suite for each journey", writeJUnit},
		{"tap", "TAP, a subtest for each journey", writeTAP},
		{"har", "an HTTP archive (HAR 1.2) of all requests, secrets masked", writeHAR},
	}
}

func formatList() string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

// writerOf is how a format is written; nil if there is no such format.
func writerOf(name string) func(io.Writer, round) error {
	for _, f := range formats() {
		if f.name == name {
			return f.write
		}
	}
	return nil
}

// reportFiles are the files of --report-..., open.
type reportFiles []reportFile

type reportFile struct {
	format
	file *os.File
}

// create makes the files of all reports, with the folders they are in, so
// that a path that cannot be written is known before anything is walked.
func (o *once) create() (reportFiles, error) {
	var all reportFiles
	for _, f := range formats() {
		path := *o.reports[f.name]
		if path == "" {
			continue
		}
		file, err := createReport(path)
		if err != nil {
			all.close()
			return nil, fmt.Errorf("--report-%s: %w", f.name, err)
		}
		all = append(all, reportFile{f, file})
	}
	return all, nil
}

func createReport(path string) (*os.File, error) {
	if path == "-" {
		return nil, errors.New("for standard output use --format")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make its folder: %w", err)
	}
	return os.Create(path)
}

// write fills the files.
func (all reportFiles) write(r round) error {
	var wrong []error
	for _, f := range all {
		if err := errors.Join(f.format.write(f.file, r), f.file.Close()); err != nil {
			wrong = append(wrong, fmt.Errorf("--report-%s: %w", f.name, err))
		}
	}
	return errors.Join(wrong...)
}

// close closes what write did not.
func (all reportFiles) close() {
	for _, f := range all {
		_ = f.file.Close() // after write it is closed already
	}
}
