package alert_test

import (
	"flag"
	"os"
	"testing"

	"github.com/forewarn/forewarn/alert"
	"github.com/google/go-cmp/cmp"
)

func TestTheTableInTheReadmeIsTheOneThatDecides(t *testing.T) {
	const golden = "testdata/table.md"
	if update() {
		if err := os.WriteFile(golden, []byte(alert.Table()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), alert.Table()); diff != "" {
		t.Errorf("%s is not the table of the program (-file +program); run go test ./alert -update:\n%s", golden, diff)
	}
}

var updating = flag.Bool("update", false, "write golden files anew")

func update() bool { return *updating }
