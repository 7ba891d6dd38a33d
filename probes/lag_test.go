package probes

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTheLagMeterSeesNoLagWhereThereIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := startLagMeter()
		time.Sleep(time.Second)
		if lag := m.end(); lag != 0 {
			t.Errorf("a lag of %v", lag)
		}
	})
}
