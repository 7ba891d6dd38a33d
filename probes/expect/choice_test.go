package expect

import (
	"errors"
	"strings"
	"testing"
)

func TestAChoiceKnowsVarsAndNothingOfAResponse(t *testing.T) {
	vars := map[string]string{"plan": "gold", "items": "3", "token": "s3cr3t-token"}
	names := []string{"plan", "items", "token", "mfa"}
	for source, want := range map[string]bool{
		`vars.plan == "gold"`:                         true,
		`vars.plan in ["free", "trial"]`:              false,
		`vars.items > 2 and upper(vars.plan) != "X"`:  true,
		`vars.mfa.found`:                              false,
		`not vars.mfa.found`:                          true,
		`vars.mfa == "on"`:                            false,
		`vars.mfa != "on"`:                            false, // not captured: it fails whichever way it is asked
		`vars.plan matches "^g" or vars.mfa == "off"`: true,
	} {
		c, err := CompileChoice(source, names)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		hide := func(s string) string { return strings.ReplaceAll(s, "s3cr3t-token", "•••") }
		ok, evidence, err := c.Chosen(vars, hide)
		if ok != want || err != nil || ok == (evidence != "") {
			t.Errorf("%s: %v, %q, %v", source, ok, evidence, err)
		}
	}
}

func TestAChoiceShowsWhatItFoundWithoutSecrets(t *testing.T) {
	c, err := CompileChoice(`vars.token == "x" or vars.plan == "gold"`, []string{"token", "plan"})
	if err != nil {
		t.Fatal(err)
	}
	hide := func(s string) string { return strings.ReplaceAll(s, "s3cr3t-token", "•••") }
	_, evidence, _ := c.Chosen(map[string]string{"token": "s3cr3t-token", "plan": "free"}, hide)
	if strings.Contains(evidence, "s3cr3t") || !strings.Contains(evidence, `vars.plan = "free"`) {
		t.Error(evidence)
	}
}

// Every name there is stands for something of a response, but for vars and
// the functions of texts: a new one that is forgotten shows here.
func TestAChoiceCannotAskWhatIsNotThereYet(t *testing.T) {
	sources := []string{`status == 200`, `cert.days > 3`, `phase.tls < 1s`, `count(css("a")) == 1`, `vars.plan == "a" and body contains "x"`, `len(body) > 1`}
	for name, f := range finders() {
		if name != "vars" {
			sources = append(sources, strings.TrimPrefix(f.usage, "write ")+`.found`)
		}
	}
	for _, name := range plainNames() {
		sources = append(sources, name+` == `+name)
	}
	for name := range facts() {
		if !strings.Contains(name, ".") {
			sources = append(sources, name+".found")
		}
	}
	for base, names := range members() {
		for _, name := range names {
			sources = append(sources, base+"."+name+" == "+base+"."+name)
		}
	}
	for _, source := range sources {
		_, err := CompileChoice(source, []string{"plan"})
		bad, ok := errors.AsType[*Error](err)
		if !ok || !strings.Contains(bad.Message, "is of a response") || bad.Offset < 0 {
			t.Errorf("%s: %v", source, err)
		}
	}
	if _, err := CompileChoice(`vars.plan`, []string{"plan"}); err == nil {
		t.Error("a value is no condition")
	}
}
