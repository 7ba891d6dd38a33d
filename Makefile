# forewarn: `make` lists what there is to do. Needs Go, gcc and make.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  = -s -w -X github.com/forewarn/forewarn/cli.version=$(VERSION)
TAGS     = nethttpomithttp2# probes bring an HTTP/2 of their own
STATIC   = -tags $(TAGS),sqlite_omit_load_extension,netgo,osusergo -trimpath \
           -ldflags "$(LDFLAGS) -linkmode external -extldflags -static"
FUZZTIME ?= 60s
CASES    = dist/forecast
SEED    := $(or $(SEED),$(shell date +%s))
export CGO_ENABLED = 1

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | awk -F'|' '{printf "  make %-15s %s\n", $$1, $$2}'

build: ## ./forewarn for this machine
	go build -tags $(TAGS) -trimpath -ldflags "$(LDFLAGS)" -o forewarn .

demo: build ## the whole story, offline: a shop slows down, forewarn tells before it breaks
	./forewarn demo

test: ## every test
	go test ./...

check: ## what a change must pass: format, vet, tests under the race detector
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go test -race ./...

check-slack: ## the golden messages against Slack's own types (npm), and by Slack if SLACK_TEST_TOKEN is set
	npm ci --prefix notify/testdata/types --no-audit --no-fund
	go test -count=1 -v -run GoldensSatisfy ./notify

bench: ## every benchmark, the engine's among them; compare two runs with benchstat
	go test -run '^$$' -bench . -benchmem -timeout 1h ./...

bench-engine: ## the whole program beside a bare net/http loop: a quarter of an hour, see docs/engine.md
	go test -run '^$$' -bench Engine -timeout 2h ./enginebench $(ENGINE)

bench-forecast: build ## score the forecasts on open and on fresh cases (SEED=n), into docs/forecasting.md
	rm -rf $(CASES) && mkdir -p $(CASES)
	./forewarn backtest --inputs predict/testdata/corpus/inputs.csv --out $(CASES)/open.csv
	python3 predict/testdata/record.py docs/forecasting.md open predict/testdata/corpus $(CASES)/open.csv "The open cases"
	python3 predict/testdata/unseen/generate.py --seed $(SEED) --out $(CASES)/unseen --jobs 2
	./forewarn backtest --inputs $(CASES)/unseen/inputs.csv --out $(CASES)/unseen.csv
	python3 predict/testdata/record.py docs/forecasting.md unseen $(CASES)/unseen $(CASES)/unseen.csv "Fresh cases of seed $(SEED)"

fuzz: ## every fuzz target for FUZZTIME (60s)
	@for pkg in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$f in $$pkg"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$pkg || exit 1; \
	  done; done

golden: ## write the golden files anew; read the diff before committing it
	go test $$(git grep -l 'golden\.Compare' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's|^|./|') -update

release: dist/forewarn-linux-amd64 dist/forewarn-linux-arm64 ## static binaries in dist/ (arm64 needs gcc-aarch64-linux-gnu)
	cd dist && sha256sum forewarn-linux-* > SHA256SUMS

dist/forewarn-linux-amd64:
	GOOS=linux GOARCH=amd64 go build $(STATIC) -o $@ .

dist/forewarn-linux-arm64:
	GOOS=linux GOARCH=arm64 CC=aarch64-linux-gnu-gcc go build $(STATIC) -o $@ .

clean: ## remove what the targets above made
	rm -rf forewarn dist

.PHONY: help build demo test check check-slack bench bench-engine bench-forecast fuzz golden release clean dist/forewarn-linux-amd64 dist/forewarn-linux-arm64
