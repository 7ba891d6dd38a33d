package config

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// manyJourneys is a file of n journeys of two steps, with expressions of
// their own, captures, secrets and limits.
func manyJourneys(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `
[[journey]]
name     = "journey %[1]d"
feature  = "feature %[2]d"
every    = "1m"
base_url = "https://shop-%[1]d.example"
secrets  = { password = "${SHOP_PASSWORD}" }

  [[journey.step]]
  name    = "open login"
  get     = "/login"
  expect  = ['status == 200', 'body contains "shop %[2]d"']
  capture = { csrf = 'css("input[name=csrf]", "value")' }

  [[journey.step]]
  name   = "log in"
  post   = "/login"
  form   = { password = "{{password}}", csrf = "{{csrf}}" }
  expect = ['status == 303', 'header("Location") == "/account"']

  [[journey.limit]]
  signal = "latency"
  above  = "1500ms"
`, i, i%100)
	}
	return []byte(b.String())
}

var shopEnv = environment{"SHOP_PASSWORD": "correct horse"}

func TestTenThousandJourneysLoadInTwoSeconds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	data := manyJourneys(10_000)
	start := cpuTime(t)
	c, err := Parse("many.toml", data, "/", shopEnv.lookup)
	if err != nil || len(c.Journeys) != 10_000 {
		t.Fatalf("%d journeys, %v", len(c.Journeys), err)
	}
	took := cpuTime(t) - start
	t.Logf("%d kB in %v of CPU", len(data)/1000, took)
	if most := 2 * time.Second * slowdown; took > most {
		t.Errorf("took %v, more than %v", took, most)
	}
}

// cpuTime is what this process has used: unlike a clock it does not depend on
// what else the machine does.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func BenchmarkParseTenThousandJourneys(b *testing.B) {
	data := manyJourneys(10_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("many.toml", data, "/", shopEnv.lookup); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProblemsOfTenThousandJourneys(b *testing.B) {
	data := []byte(strings.ReplaceAll(string(manyJourneys(10_000)), "feature ", "faeture"))
	for b.Loop() {
		if _, err := Parse("many.toml", data, "/", shopEnv.lookup); err == nil {
			b.Fatal("no error")
		}
	}
}
