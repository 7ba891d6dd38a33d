package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/forewarn/forewarn"

// arrows lists, for each room, the rooms it may import. Data moves one way:
// up this list. A room that is not here may not exist.
func arrows() map[string][]string {
	pure := []string{"probes", "predict", "alert"}
	return map[string][]string{
		"predict":          {},
		"probes/expect":    {},
		"probes":           {"probes/expect"},
		"alert":            {"predict"},
		"alert/scenario":   {"alert", "predict"},
		"chart":            {},
		"explain":          {"probes"},
		"impact":           {},
		"store":            pure,
		"notify":           append([]string{"store", "explain", "chart", "impact"}, pure...),
		"notify/slackfake": {},
		"agent":            append([]string{"store", "notify"}, pure...),
		"backtest":         append([]string{"agent", "store"}, pure...),
		"web":              append([]string{"store", "impact"}, pure...),
		"config":           {"probes", "probes/expect", "alert", "impact"},
		"demo":             {},
		"importer":         {},
		"internal/golden":  {}, // for tests alone: no other room may import it
		"cli": append([]string{"config", "agent", "backtest", "web", "notify", "store", "demo",
			"importer", "alert/scenario", "impact"}, pure...),
		"": {"cli"},
	}
}

// walls lists third-party modules that only one room may see, so that each
// can be replaced by changing one room. A second one must have a reason: the
// importer takes pages apart that nobody has written a selector for yet, and
// OpenAPI documents hold both the requests to import and schemas to expect; the
// fake Slack is the other end of the socket that notify dials.
func walls() map[string]string {
	return map[string]string{
		"github.com/go-co-op/gocron":          "agent",
		"github.com/slack-go/slack":           "notify",
		"github.com/gorilla/websocket":        "notify notify/slackfake",
		"github.com/wneessen/go-mail":         "notify",
		"github.com/prometheus/client_golang": "web",
		"github.com/prometheus/client_model":  "web",
		"github.com/mattn/go-sqlite3":         "store",
		"github.com/jackc/pgx":                "store",
		"github.com/pelletier/go-toml":        "config",
		"github.com/expr-lang/expr":           "probes/expect",
		"github.com/theory/jsonpath":          "probes/expect",
		"github.com/andybalholm/cascadia":     "probes/expect",
		"github.com/antchfx":                  "probes/expect",
		"github.com/santhosh-tekuri":          "probes/expect",
		"golang.org/x/net/html":               "probes/expect importer",
		"golang.org/x/net/publicsuffix":       "probes importer",
		"golang.org/x/net/dns/dnsmessage":     "probes",
		"golang.org/x/oauth2":                 "probes",
		"github.com/quic-go":                  "probes",
		"github.com/icholy/digest":            "probes",
		"github.com/aws":                      "probes",
		"go.yaml.in/yaml":                     "importer probes/expect",
		"github.com/spf13/cobra":              "cli",
		"github.com/spf13/pflag":              "cli",
		"golang.org/x/image":                  "chart",
		"golang.org/x/term":                   "cli",
		"github.com/google/go-cmp":            "internal/golden",
		"github.com/guptarohit/asciigraph":    "cli",
	}
}

func TestRoomsImportOnlyAlongTheArrows(t *testing.T) {
	allowed := arrows()
	for file, imports := range sources(t) {
		room := filepath.ToSlash(filepath.Dir(file))
		if room == "." {
			room = ""
		}
		may, known := allowed[room]
		if !known {
			t.Errorf("%s: the room %q has no place in arrows()", file, room)
			continue
		}
		for _, path := range imports {
			to, ours := strings.CutPrefix(path, module+"/")
			if ours && !slices.Contains(may, to) {
				t.Errorf("%s: %s may not import %s", file, room, to)
			}
		}
	}
}

func TestThirdPartyModulesStayBehindTheirWalls(t *testing.T) {
	for file, imports := range sources(t) {
		room := filepath.ToSlash(filepath.Dir(file))
		for _, path := range imports {
			for prefix, home := range walls() {
				if strings.HasPrefix(path, prefix) && !slices.Contains(strings.Fields(home), room) {
					t.Errorf("%s: %s belongs to the room %s", file, path, home)
				}
			}
		}
	}
}

func TestPureRoomsReadNoClockAndDoNoIO(t *testing.T) {
	banned := []string{"os", "net", "net/http", "database/sql", "io/ioutil", "os/exec", "syscall", "log", "log/slog"}
	for file, imports := range sources(t) {
		room := filepath.ToSlash(filepath.Dir(file))
		if room != "predict" && room != "alert" && room != "impact" && room != "explain" {
			continue
		}
		for _, path := range imports {
			if slices.Contains(banned, path) {
				t.Errorf("%s: a pure room imports %s", file, path)
			}
		}
	}
}

// sources maps every Go file of the product, tests left out, to its imports.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	walk(t, func(file string) {
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		found[file] = []string{}
		for _, spec := range parsed.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			found[file] = append(found[file], path)
		}
	})
	return found
}

// walk calls visit for every Go file of the repository outside testdata.
func walk(t *testing.T, visit func(file string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "dist") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(name, ".go") {
			visit(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
