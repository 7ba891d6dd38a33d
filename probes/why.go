package probes

import "fmt"

// How much of each failure stands in a line that tells of several, in bytes.
// Together they fit into what a message has room for.
const (
	maxFirst  = 150
	maxBeside = 140
	maxName   = 40
)

// Why says in one line why the run is not good: the failure of the step that
// decided it and, beside that and never instead of it, those of its cleanup.
// It is "" if the run was good.
func (r Result) Why() string {
	if r.Failure == nil {
		return ""
	}
	why := r.Failure.Message
	for _, s := range r.Steps {
		if s.Name == r.Step && s.Always {
			why = "the cleanup failed: " + why
		}
	}
	beside := ""
	for _, s := range r.Cleanup() {
		beside += fmt.Sprintf("; the cleanup %q failed, too: %s", clip(s.Name, maxName), s.Failure.Message)
	}
	if beside == "" {
		return clip(why, maxMessage)
	}
	return clip(why, maxFirst) + clip(beside, maxBeside)
}

// Cleanup are the Always steps that were sent and failed, but for the
// one that decided the run.
func (r Result) Cleanup() []StepResult {
	var failed []StepResult
	for _, s := range r.Steps {
		if s.Always && s.Name != r.Step && (s.Verdict == Failed || s.Verdict == Unknown) && s.Failure != nil {
			failed = append(failed, s)
		}
	}
	return failed
}
