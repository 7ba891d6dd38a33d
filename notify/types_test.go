package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// goldens are the blocks of every golden message, and of its reply, by name.
func goldens(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden messages", err)
	}
	all := map[string]json.RawMessage{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var m struct{ Blocks, Reply json.RawMessage }
		if err := json.Unmarshal(content, &m); err != nil {
			t.Fatal(err)
		}
		for name, blocks := range map[string]json.RawMessage{file: m.Blocks, file + ", reply": m.Reply} {
			if len(blocks) > 0 {
				all[name] = blocks
			}
		}
	}
	return all
}

// chartType stands in for what @slack/types does not know yet.
const chartType = `
interface Series { name: string; data: { label: string; value: number }[] }
interface DataVisualizationBlock {
	type: 'data_visualization'; block_id?: string; title: string;
	chart: { type: 'line' | 'bar' | 'area'; series: Series[]; axis_config: { categories: string[]; x_label?: string; y_label?: string } };
}
`

// Slack's types know a key that is misspelt and a value of the wrong kind, of
// which our validator and slack-go might know as little as we.
func TestGoldensSatisfySlacksOwnTypes(t *testing.T) {
	const modules = "testdata/types/node_modules"
	compiler := filepath.Join(modules, ".bin", "tsc")
	if _, err := os.Stat(compiler); err != nil {
		t.Skip("NOT CHECKED against @slack/types: run `make check-slack`, which needs npm and the network")
	}
	var source strings.Builder
	source.WriteString("import type { KnownBlock } from '@slack/types';\n" + chartType)
	for name, blocks := range goldens(t) {
		fmt.Fprintf(&source, "// %s\n(%s) satisfies (KnownBlock | DataVisualizationBlock)[];\n", name, blocks)
	}
	file := filepath.Join(modules, "goldens.ts")
	if err := os.WriteFile(file, []byte(source.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), compiler, "--noEmit", "--strict", "--skipLibCheck", file).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

// Slack itself is the judge of last resort: blocks.validate needs a token, of
// which no scope is asked.
func TestGoldensSatisfySlackItself(t *testing.T) {
	token := os.Getenv("SLACK_TEST_TOKEN")
	if token == "" {
		t.Skip("NOT CHECKED by Slack's blocks.validate: set SLACK_TEST_TOKEN to a bot token")
	}
	client := &http.Client{Timeout: 10 * time.Second}
	for name, blocks := range goldens(t) {
		if err := validateBySlack(t.Context(), client, token, blocks); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func validateBySlack(ctx context.Context, client *http.Client, token string, blocks json.RawMessage) error {
	form := url.Values{"token": {token}, "blocks": {string(blocks)}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://slack.com/api/blocks.validate", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var said struct {
		OK               bool
		Error            string
		ResponseMetadata struct{ Messages []string } `json:"response_metadata"`
	}
	if err := json.NewDecoder(response.Body).Decode(&said); err != nil {
		return err
	}
	if !said.OK {
		return fmt.Errorf("%s %q", said.Error, said.ResponseMetadata.Messages)
	}
	return nil
}
