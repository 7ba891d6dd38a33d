package cli

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestTheManualOfOnceTellsEveryOptionAndEveryKey(t *testing.T) {
	text, err := os.ReadFile("../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	flags := regexp.MustCompile(`(?m)^ +(?:-., )?--([a-z-]+)`).FindAllStringSubmatch(newOnce().Flags().FlagUsages(), -1)
	if len(flags) < 10 {
		t.Fatalf("only %d options: %v", len(flags), flags)
	}
	for _, f := range flags {
		if !strings.Contains(string(text), "`--"+f[1]+"`") {
			t.Errorf("--%s is not in docs/ci.md", f[1])
		}
	}
	told := map[reflect.Type]string{
		reflect.TypeFor[roundReport](): "", reflect.TypeFor[runReport](): "runs.", reflect.TypeFor[stepReport](): "steps.",
		reflect.TypeFor[hopReport](): "hops.", reflect.TypeFor[phaseReport](): "phases.", reflect.TypeFor[failureReport](): "failure.",
		reflect.TypeFor[attemptReport](): "",
	}
	for kind, prefix := range told {
		for field := range kind.Fields() {
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if key == "" || !strings.Contains(string(text), "`"+prefix+key+"`") {
				t.Errorf("%s%s is not in docs/ci.md", prefix, key)
			}
		}
	}
}
