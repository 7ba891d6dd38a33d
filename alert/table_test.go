package alert_test

import (
	"testing"

	"github.com/forewarn/forewarn/alert"
	"github.com/forewarn/forewarn/internal/golden"
)

func TestTheTableInTheReadmeIsTheOneThatDecides(t *testing.T) {
	golden.Compare(t, "testdata/table.md", alert.Table())
}
