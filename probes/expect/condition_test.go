package expect

import "testing"

func TestHoldsWhatTheResponseIs(t *testing.T) {
	c, err := CompileCondition("status == 200", nil)
	if err != nil {
		t.Fatal(err)
	}
	for status, want := range map[int]bool{200: true, 500: false} {
		if ok, _, err := c.Check(&Response{Status: status}); ok != want || err != nil {
			t.Errorf("status %d: %v, %v", status, ok, err)
		}
	}
}
