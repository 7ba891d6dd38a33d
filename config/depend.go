package config

import (
	"slices"
	"strings"
)

// needs are the depends_on of one table of the file, and the names of its
// matrix.
type needs struct {
	name   string
	on     []label
	matrix []string
}

func needsOf(file *fileTable) []needs {
	var all []needs
	add := func(w who, matrix []namedTexts) {
		n := needs{name: w.Name.value, on: w.DependsOn}
		for i := range matrix {
			n.matrix = append(n.matrix, matrix[i].name)
		}
		all = append(all, n)
	}
	for i := range file.Journey {
		add(file.Journey[i].who, file.Journey[i].Matrix)
	}
	for i := range file.TLS {
		add(file.TLS[i].who, nil)
	}
	for i := range file.TCP {
		add(file.TCP[i].who, nil)
	}
	for i := range file.DNS {
		add(file.DNS[i].who, nil)
	}
	for i := range file.Heartbeat {
		add(file.Heartbeat[i].who, nil)
	}
	return all
}

// need is that one journey depends on another, and where the file says so.
type need struct {
	on string // name of a journey
	at span
}

// depends gives each journey those it depends on, nearest first: those its
// table names, and those that they depend on.
func (r *reader) depends(file *fileTable, c *Config) {
	f := family{map[string]needs{}, map[string][]*Journey{}}
	for i := range c.Journeys {
		j := &c.Journeys[i]
		f.called[j.Of] = append(f.called[j.Of], j)
		if j.Name != j.Of {
			f.called[j.Name] = []*Journey{j}
		}
	}
	tables := needsOf(file)
	for _, t := range tables {
		f.tables[t.name] = t
	}
	direct := map[string][]need{} // by name of a journey
	for _, t := range tables {
		if t.on == nil {
			continue
		}
		if slices.ContainsFunc(t.on, func(l label) bool { return f.called[l.value] == nil }) {
			r.known(t.on, "journey", c.Journeys, func(j *Journey) []string { return []string{j.Of, j.Name} })
		}
		for _, j := range f.called[t.name] {
			direct[j.Name] = r.parents(j, t, f)
		}
	}
	done, said := map[string]bool{}, map[span]bool{}
	for i := range c.Journeys {
		j := &c.Journeys[i]
		r.circle([]string{j.Name}, direct, done, said)
		for waiting := direct[j.Name]; len(waiting) > 0; waiting = waiting[1:] {
			if on := waiting[0].on; on != j.Name && !slices.Contains(j.DependsOn, on) {
				j.DependsOn = append(j.DependsOn, on)
				waiting = append(slices.Clip(waiting), direct[on]...)
			}
		}
	}
}

// family is who the journeys are: the tables they come from by name, and the
// journeys that a name means, of the file or of one that a matrix made.
type family struct {
	tables map[string]needs
	called map[string][]*Journey
}

// parents are the journeys that t says j depends on. Where both are made by a
// matrix, j depends on those that share its values: checkout/eu on login/eu.
func (r *reader) parents(j *Journey, t needs, f family) []need {
	var found []need
	for _, l := range t.on {
		before := len(found)
		for _, parent := range f.called[l.value] {
			if parent.Name == l.value || f.share(j, parent) {
				found = append(found, need{parent.Name, l.at()})
			}
		}
		if len(f.called[l.value]) > 0 && len(found) == before {
			r.odd(l.at(), j.Name+" depends on no "+l.value+": none has its values of the matrix", "give both the same values, or name the one that is meant")
		}
	}
	return found
}

// share reports whether two journeys have the same values of every name that
// both their matrices have, and go over the same family of addresses.
func (f family) share(j, parent *Journey) bool {
	for _, name := range f.tables[parent.Of].matrix {
		if slices.Contains(f.tables[j.Of].matrix, name) && j.Vars[name] != parent.Vars[name] {
			return false
		}
	}
	apart := func(j *Journey) bool { return j.Name != j.Of && strings.HasSuffix(j.Name, inNames+"ip"+j.Network.IP) }
	return !apart(j) || !apart(parent) || j.Network.IP == parent.Network.IP
}

// circle reports each way back from the last journey of path to one before it.
func (r *reader) circle(path []string, direct map[string][]need, done map[string]bool, said map[span]bool) {
	last := path[len(path)-1]
	if done[last] {
		return
	}
	for _, n := range direct[last] {
		i := slices.Index(path, n.on)
		switch {
		case i < 0:
			r.circle(append(slices.Clip(path), n.on), direct, done, said)
		case !said[n.at]:
			said[n.at] = true
			r.wrong(n.at, "a circle: "+strings.Join(append(slices.Clip(path[i:]), n.on), " depends on "),
				"take this one out: while one of them burned none could be told")
		}
	}
	done[last] = true
}
