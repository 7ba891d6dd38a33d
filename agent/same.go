package agent

import (
	"reflect"
	"slices"

	"github.com/forewarn/forewarn/probes"
)

// Same reports whether two watches mean the same, so that the one under way
// can go on after a reload. Expressions and schemas are compared as they were
// written: compiled ones hold functions, which are never equal, and what a run
// under way writes.
func (w Watch) Same(o Watch) bool {
	mine, wrote := bare(w.Journey)
	other, wroteOther := bare(o.Journey)
	return slices.Equal(wrote, wroteOther) && slices.Equal(w.Limits, o.Limits) && w.ConfirmRuns == o.ConfirmRuns &&
		reflect.DeepEqual(w.Maintenance, o.Maintenance) && slices.Equal(w.DependsOn, o.DependsOn) && reflect.DeepEqual(mine, other)
}

// bare is j without its expressions, and their sources, step by step.
func bare(j probes.Journey) (probes.Journey, []string) {
	var sources []string
	j.Steps = slices.Clone(j.Steps)
	for i := range j.Steps {
		step := &j.Steps[i]
		if step.If != nil {
			sources = append(sources, "if", step.If.Source())
		}
		for _, expect := range step.Expect {
			sources = append(sources, "expect", expect.Source())
		}
		for _, capture := range step.Capture {
			sources = append(sources, "capture", capture.Name, capture.Query.Source())
		}
		if step.Schema != nil {
			sources = append(sources, "schema", step.Schema.Digest())
		}
		sources = append(sources, "next step")
		step.If, step.Expect, step.Schema, step.Capture = nil, nil, nil, nil
	}
	return j, sources
}
