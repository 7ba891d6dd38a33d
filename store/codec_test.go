package store

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/forewarn/forewarn/probes"
)

// numberedNames gives each id a text and back, without a table.
func numberedNames() (func(string) uint64, func(uint64) (string, error)) {
	id := func(text string) (n uint64) {
		if text != "" {
			fmt.Sscanf(text, "name %d", &n)
		}
		return n
	}
	return id, func(id uint64) (string, error) { return fmt.Sprintf("name %d", id), nil }
}

// FuzzDetail feeds any bytes to the decoder: it never panics, and what it
// takes for a run is the same run after it was written and read again.
func FuzzDetail(f *testing.F) {
	names := map[string]uint64{"": 0}
	all := oddRuns()
	maps.Copy(all, laterRuns())
	for _, r := range all {
		e := encoder{id: func(text string) uint64 {
			if _, known := names[text]; !known {
				names[text] = uint64(len(names))
			}
			return names[text]
		}}
		e.run(r)
		f.Add(e.buf)
		f.Add(e.buf[:len(e.buf)/2])
		f.Add(append([]byte{1}, e.buf[1:]...))
	}
	id, text := numberedNames()
	f.Fuzz(func(t *testing.T, detail []byte) {
		once := probes.Result{Start: noon()}
		d := decoder{buf: bytes.Clone(detail), text: text}
		if err := d.run(&once); err != nil {
			if !errors.Is(err, errDetail) {
				t.Errorf("the error is %v", err)
			}
			return
		}
		e := encoder{id: id}
		e.run(once)
		twice := probes.Result{Start: noon()}
		d = decoder{buf: e.buf, text: text}
		if err := d.run(&twice); err != nil {
			t.Fatalf("written again it cannot be read: %v", err)
		}
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Errorf("(-once +twice):\n%s", diff)
		}
	})
}

func TestADamagedDetailIsAnError(t *testing.T) {
	id, text := numberedNames()
	e := encoder{id: id}
	e.run(failedRun(noon()))
	for name, detail := range map[string][]byte{
		"empty":           {},
		"a later version": append([]byte{detailVersion + 1}, e.buf[1:]...),
		"no version":      append([]byte{0}, e.buf[1:]...),
		"cut":             e.buf[:len(e.buf)-1],
		"longer":          append(bytes.Clone(e.buf), 0),
	} {
		var r probes.Result
		d := decoder{buf: detail, text: text}
		if err := d.run(&r); !errors.Is(err, errDetail) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A run of five steps over TLS must stay small: bytes on disk are what a
// prober costs for years.
func TestAStepTakesFewBytes(t *testing.T) {
	id, _ := numberedNames()
	e := encoder{id: id}
	r := checkoutRun(time.Now())
	e.run(r)
	if perStep := float64(len(e.buf)) / float64(len(r.Steps)); perStep > 22 { // the first release took as many
		t.Errorf("%.1f bytes per step", perStep)
	} else {
		t.Logf("%.1f bytes per step", perStep)
	}
}
