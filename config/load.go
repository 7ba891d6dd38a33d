package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

const mostBytes = 64 << 20 // of a file; far beyond 10,000 journeys

// Load reads and checks the file at path. lookupEnv is os.LookupEnv, or a
// map's in tests. A file that is not right gives [Problems], and a Config that
// holds nothing but Named; any other error means that it could not be read at
// all.
func Load(path string, lookupEnv func(string) (string, bool)) (Config, error) {
	return load(path, &reader{lookup: lookupEnv})
}

// LoadBare is [Load] for who asks no server and only needs to know what is
// watched, such as an engineer at a shell that has not the service's
// environment: a secret or a URL that it would give stays empty.
func LoadBare(path string, lookupEnv func(string) (string, bool)) (Config, error) {
	return load(path, &reader{lookup: lookupEnv, bare: true})
}

func load(path string, r *reader) (Config, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Config{}, unreadable(path, err)
	}
	data, err := readBounded(path)
	if err != nil {
		return Config{}, unreadable(path, err)
	}
	if len(data) > mostBytes {
		return Config{}, fmt.Errorf("read %s: more than 64 MB is no configuration: is it the right file?", path)
	}
	if r.dir, err = filepath.Abs(filepath.Dir(path)); err != nil {
		return Config{}, fmt.Errorf("find the directory of %s: %w", path, err)
	}
	return r.parse(path, data, info.Mode())
}

// readBounded is the content of a file, of a pipe or device too, which have no
// size: of a large one no more than a byte beyond the bound.
func readBounded(path string) (data []byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return io.ReadAll(io.LimitReader(file, mostBytes+1))
}

func unreadable(path string, err error) error {
	hint := "check the path"
	if errors.Is(err, fs.ErrPermission) {
		hint = "run forewarn as a user who may read it"
	}
	return fmt.Errorf("read the configuration %s: %w: %s", path, plainly(err), hint)
}

// Parse checks the text of a file. name stands for it in problems, relative
// paths begin at dir, and lookupEnv is as for [Load]. The error is [Problems].
func Parse(name string, data []byte, dir string, lookupEnv func(string) (string, bool)) (Config, error) {
	r := &reader{dir: dir, lookup: lookupEnv}
	return r.parse(name, data, 0)
}

func (r *reader) parse(name string, data []byte, mode fs.FileMode) (Config, error) {
	doc := newDocument(name, data)
	root := &Key{Type: "table", fields: shapeOf(reflect.TypeFor[fileTable](), "")}
	r.findings, r.keys, r.misspelt = findings{doc: doc}, root.fields.all(), map[misspelling]bool{}
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		r.wrong(span{0, 1}, "the file is in UTF-16", "save it as UTF-8")
		return Config{}, Problems(r.problems(r.errors))
	}
	var file fileTable
	r.decode(reflect.ValueOf(&file).Elem(), build(doc, &r.findings), root)
	c := Config{File: name, Agent: r.agent(&file.Agent), Slack: r.slack(&file.Slack), Journeys: r.journeys(&file)}
	r.shared(&file, &c)
	r.maintenance(&file, &c)
	r.depends(&file, &c)
	c.Noise = r.noise(&file.Noise, c.Agent.Zone)
	c.Digest = r.digest(&file.Digest, c.Agent.Zone)
	r.routes(&file, &c)
	r.escalation(&file.Noise, &c)
	toPeople(c.Routes)
	c.Agent.Canaries = canaryURLs(&file.Agent, c.Slack)
	r.exposed(mode)
	if len(r.errors) > 0 {
		return Config{Named: r.named}, Problems(r.problems(r.errors))
	}
	c.Named = r.named
	c.Warnings = r.problems(r.warnings)
	return c, nil
}

// exposed warns of secrets in clear in a file that every user may read.
func (r *reader) exposed(mode fs.FileMode) {
	if len(r.clear) > 0 && mode&0o004 != 0 {
		r.odd(r.clear[0], "a secret stands here in clear, and every user of this machine may read the file",
			"write ${NAME} or ${file:/path} instead, or chmod 600 "+r.doc.name)
	}
}

// ErrNotFound says that no configuration was found where [Find] looks.
var ErrNotFound = errors.New("no configuration found")

// Find returns the file to load: the one that was named on the command line,
// else $FOREWARN_CONFIG, else the first that exists of ./forewarn.toml,
// $XDG_CONFIG_HOME/forewarn/config.toml and /etc/forewarn/config.toml. The
// error is [ErrNotFound] with the places looked at.
func Find(named string, lookupEnv func(string) (string, bool)) (string, error) {
	if named != "" {
		return named, nil
	}
	if path, _ := lookupEnv("FOREWARN_CONFIG"); path != "" {
		return path, nil
	}
	paths := places(lookupEnv)
	for _, path := range paths {
		// One that is there but cannot be read is still the one that is meant.
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: looked for %s; name one with -c FILE, or write one with forewarn init URL",
		ErrNotFound, strings.Join(paths, ", "))
}

// places lists where a file is looked for that nobody named.
func places(lookupEnv func(string) (string, bool)) []string {
	paths := []string{"forewarn.toml"}
	home, _ := lookupEnv("XDG_CONFIG_HOME")
	if user, _ := lookupEnv("HOME"); home == "" && user != "" {
		home = filepath.Join(user, ".config")
	}
	if filepath.IsAbs(home) { // a relative one is to be ignored, says the XDG base directory specification
		paths = append(paths, filepath.Join(home, "forewarn", "config.toml"))
	}
	return append(paths, "/etc/forewarn/config.toml")
}
