package cli

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/probes"
)

// choose is the journeys that names and tags ask for, in the order of the
// file. What matches nothing is a slip.
func (o *once) choose(c config.Config) ([]probes.Journey, error) {
	journeys, err := pick(c, o.names)
	if err != nil {
		return nil, err
	}
	journeys, err = walkable(journeys, o.names)
	if err != nil || len(o.tags) == 0 {
		return journeys, err
	}
	if err := knownTags(c, o.tags); err != nil {
		return nil, err
	}
	tagged := slices.DeleteFunc(journeys, func(j probes.Journey) bool {
		return !slices.ContainsFunc(o.tags, func(wanted string) bool { return hasTags(j, wanted) })
	})
	if len(tagged) == 0 {
		return nil, fmt.Errorf("no journey has the tags that were asked for (--tag %s)", strings.Join(o.tags, " --tag "))
	}
	return tagged, nil
}

// pick is the journeys whose names match one of patterns, or all of them. The
// name in the file stands for all journeys of its matrix.
func pick(c config.Config, patterns []string) ([]probes.Journey, error) {
	used := make([]bool, len(patterns))
	var all []probes.Journey
	for _, j := range c.Journeys {
		take := len(patterns) == 0
		for i, pattern := range patterns {
			if matches(pattern, j.Name) || matches(pattern, j.Of) {
				used[i], take = true, true
			}
		}
		if take {
			all = append(all, j.Journey)
		}
	}
	if i := slices.Index(used, false); i >= 0 {
		return nil, fmt.Errorf("there is no journey %q: %s", patterns[i], nearJourney(c, patterns[i]))
	}
	return all, nil
}

// walkable is the journeys without the heartbeats, which report by themselves.
// To ask for one by its name, or for nothing else, is a slip.
func walkable(journeys []probes.Journey, names []string) ([]probes.Journey, error) {
	var walked []probes.Journey
	for _, j := range journeys {
		switch {
		case j.Heartbeat == nil:
			walked = append(walked, j)
		case len(journeys) == 1 || slices.Contains(names, j.Name):
			return nil, fmt.Errorf("%s is a heartbeat: it reports by itself, and cannot be walked", j.Name)
		}
	}
	if len(walked) == 0 {
		return nil, errors.New("there are only heartbeats: they report by themselves, and cannot be walked")
	}
	return walked, nil
}

// matches reports whether a name is what a pattern says, in which * stands
// for any text and ? for any one character. All else stands for itself, the
// brackets of a name too.
func matches(pattern, name string) bool {
	p, n := []rune(pattern), []rune(name)
	i, star, from := 0, -1, 0 // the last * seen, and where in the name what stands behind it is tried
	for at := 0; at < len(n); {
		switch {
		case i < len(p) && p[i] == '*':
			star, from = i, at
			i++
		case i < len(p) && (p[i] == '?' || p[i] == n[at]):
			i++
			at++
		case star >= 0:
			from++
			i, at = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(string(p[i:]), "*") == ""
}

// hasTags reports whether a journey has all tags of "a,b", and none of those
// with a ! before them.
func hasTags(j probes.Journey, wanted string) bool {
	for tag := range strings.SplitSeq(wanted, ",") {
		tag, without := strings.CutPrefix(tag, "!")
		if slices.Contains(j.Tags, tag) == without {
			return false
		}
	}
	return true
}

// knownTags refuses a tag that no journey of the file has: it is mistyped.
func knownTags(c config.Config, wanted []string) error {
	var known []string
	for _, j := range c.Journeys {
		known = append(known, j.Tags...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for tag := range strings.SplitSeq(strings.Join(wanted, ","), ",") {
		if tag = strings.TrimPrefix(tag, "!"); slices.Contains(known, tag) {
			continue
		}
		if len(known) == 0 {
			return fmt.Errorf("no journey has the tag %q, nor any other: add tags = [...] to a journey", tag)
		}
		return fmt.Errorf("no journey has the tag %q: there are %s", tag, strings.Join(known, ", "))
	}
	return nil
}

// nearJourney says what a mistyped journey may have been.
func nearJourney(c config.Config, name string) string {
	var names []string
	for _, j := range c.Journeys {
		names = append(names, j.Name)
	}
	if near := config.Nearest(name, names); near != "" {
		return "did you mean " + near + "?"
	}
	return "the configuration has " + few(names)
}

// aim points the journeys elsewhere: --var and --base-url.
func (o *once) aim(journeys []probes.Journey) error {
	for _, given := range o.vars {
		name, value, ok := strings.Cut(given, "=")
		if !ok {
			return fmt.Errorf("--var %s: write name=value", given)
		}
		if err := setVar(journeys, name, value); err != nil {
			return err
		}
	}
	if o.baseURL == "" {
		return nil
	}
	base, err := url.Parse(o.baseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.Fragment != "" {
		return fmt.Errorf("--base-url %s: write a whole URL without a query, as in https://staging.shop.example", (*probes.Redactor)(nil).String(o.baseURL))
	}
	for i := range journeys {
		if err := o.rebase(&journeys[i]); err != nil {
			return err
		}
	}
	return nil
}

// setVar gives the var a value in every journey that has it. A secret on a
// command line could be read by every user of the machine.
func setVar(journeys []probes.Journey, name, value string) error {
	found := false
	for i := range journeys {
		j := &journeys[i]
		if _, secret := j.Secrets[name]; secret {
			return fmt.Errorf("--var %s: it is a secret of %s: write ${NAME} there, and set NAME in the environment", name, j.Name)
		}
		if _, known := j.Vars[name]; known {
			j.Vars[name] = value
			found = true
		}
	}
	if !found {
		return fmt.Errorf("--var %s: none of the journeys has a var of this name: %s", name, nearVar(journeys, name))
	}
	return nil
}

// nearVar says what a mistyped var may have been.
func nearVar(journeys []probes.Journey, name string) string {
	known := map[string]bool{}
	for _, j := range journeys {
		for v := range j.Vars {
			known[v] = true
		}
	}
	names := slices.Sorted(maps.Keys(known))
	switch near := config.Nearest(name, names); {
	case near != "":
		return "did you mean " + near + "?"
	case len(names) > 0:
		return "there are " + few(names)
	}
	return "add it to vars"
}

// few is a list of names that a line has room for.
func few(names []string) string {
	const most = 10
	if rest := len(names) - most; rest > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), rest)
	}
	return strings.Join(names, ", ")
}

// rebase moves a journey to --base-url. A step with a whole URL stays where it
// is; one that would stay at the host that is left behind is refused, so that
// nobody tests staging and buys in production.
func (o *once) rebase(j *probes.Journey) error {
	left, _ := url.Parse(j.BaseURL)
	for _, s := range j.Steps {
		u, err := url.Parse(s.URL)
		if err != nil || u.Host == "" {
			continue
		}
		if left != nil && strings.EqualFold(u.Host, left.Host) {
			return fmt.Errorf("--base-url: the step %q of %s would still go to %s: write its URL as a path", s.Name, j.Name, u.Host)
		}
		fmt.Fprintf(o.errOut, "warning: --base-url does not move the step %q of %s: it goes to %s\n", s.Name, j.Name, u.Host)
	}
	if j.BaseURL == "" && slices.ContainsFunc(j.Steps, func(s probes.Step) bool { return s.Look != nil }) {
		fmt.Fprintf(o.errOut, "warning: --base-url does not move %s, which has no URL\n", j.Name)
		return nil
	}
	if j.BaseURL == "" {
		return fmt.Errorf("--base-url: %s has no base_url to be moved from: leave it out, or give it one", j.Name)
	}
	j.BaseURL = o.baseURL
	return nil
}
