package probes

import "fmt"

// maxBeside is how much of a cleanup's failure stands beside another, in bytes.
const maxBeside = 120

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
			why = "the cleanup did not work: " + why
		}
	}
	beside := ""
	for _, s := range r.Cleanup() {
		beside += fmt.Sprintf("; the cleanup %q did not work either: %s", clip(s.Name, maxBeside), clip(s.Failure.Message, maxBeside))
	}
	return clip(why, max(maxMessage/2, maxMessage-len(beside))) + clip(beside, maxMessage/2)
}

// Cleanup are the Always steps that were sent and did not work, but for the
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
