# Each target does its own set-up and says what it does. Nothing needs to be installed beforehand but Node (any), npm, and for
# the lab: Linux, root and Go. See README.md and CONTRIBUTING.md.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/node_modules/node/bin:$(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

node_modules/.ready: package.json package-lock.json
	@echo "== npm ci: the project's own Node and libraries"
	@npm ci --loglevel=error
	@touch $@

dist/plimsoll.js: node_modules/.ready scripts/build.ts $(shell find src lab -name '*.ts' -not -name '*.test.ts' -o -name '*.tsx' 2>/dev/null)
	@echo "== build: bundle the CLI into dist/"
	@npm run --silent build

.PHONY: build
build: dist/plimsoll.js ## build the CLI: then ./plimsoll works

.PHONY: run
run: example ## the main job: bring up a lab, prove every MUST on it, show the verdicts, take the lab down (root, Go)
	@echo "== run: a lab of this machine (real Kubernetes, simulated accelerators); the first time it is built from Go modules: many minutes"
	@./plimsoll lab up --name run --nodes 4 --with conformant
	@rm -rf plimsoll-run-lab; ./plimsoll run --lab run --allow-scale --out plimsoll-run-lab; status=$$?; \
	./plimsoll lab down --name run; \
	echo "== run: the evidence is in plimsoll-run-lab/ (report.html); ./plimsoll verify plimsoll-run-lab computes the verdicts anew"; \
	exit $$status

.PHONY: example
example: build ## the other job: judge two synthetic submissions
	@echo "== example: two synthetic submissions (examples/README.md): 'sound' has no error, 'flawed' has errors on purpose"
	@./plimsoll validate --profile official examples; [ $$? -eq 1 ]

# The suites of `make test`, each a target that runs vitest; their counts are added up.
SUITES := unit-test lab-test

.PHONY: test
test: build ## all tests; the last line is the sum
	@counts=$$(mktemp); bad=0; \
	for suite in $(SUITES); do \
	  PLIMSOLL_COUNTS=$$counts $(MAKE) --no-print-directory $$suite || bad=$$((bad + 1)); \
	done; \
	node scripts/add-counts.ts "$$counts" $(words $(SUITES)) $$bad; status=$$?; \
	rm -f "$$counts"; exit $$status

.PHONY: test-all
test-all: ## make test, and more whole runs on labs: each requirement's real defects, a careful platform; more than half an hour longer (root, Go)
	@PLIMSOLL_LAB_TESTS=all $(MAKE) --no-print-directory test

.PHONY: unit-test
unit-test: build chromium busybox ## tests that need neither root nor a cluster
	@echo "== unit-test: vitest, property tests and the built CLI included"
	@vitest run

# The browser that opens report.html in tests; CHROMIUM names another one.
CHROMIUM ?= /usr/bin/chromium
export CHROMIUM
.PHONY: chromium
chromium: ## install Debian's Chromium when it is missing (root): the tests open the report in it
	@[ -x "$(CHROMIUM)" ] || { echo "== chromium: installed from Debian's packages"; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; }

# The shell and web server of the probe image: programs that run in pods are tried in it.
.PHONY: busybox
busybox: ## install Debian's busybox when it is missing (root)
	@command -v busybox >/dev/null || { echo "== busybox: installed from Debian's packages"; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends busybox-static >/dev/null; }

.PHONY: lab-test
lab-test: build ## tests on real labs: root and Go needed; builds what is missing first (the first time: many minutes)
	@echo "== lab-test: what the labs need is built (cache: ~/.cache/plimsoll)"
	@./plimsoll lab build --with conformant,envoy-gateway,kuberay,kwok --accelerators nvidia-plugin,nvidia-dra,nvidia-time-slicing,intel-plugin
	@echo "== lab-test: real labs, brought up and taken down"
	@vitest run --config vitest.lab.config.ts

.PHONY: vendors
vendors: build ## a lab and a run for each accelerator set-up of a vendor: docs/platforms.md; goes on where it was cut off (SETUPS="NAME ..." for some)
	@echo "== vendors: builds what is missing, then a lab and a run for each set-up; a summary of each in docs/platforms"
	@node scripts/vendors.ts $(SETUPS)
	@node scripts/platforms.ts
	@echo "== vendors: docs/platforms.md is written"

.PHONY: coverage
coverage: build chromium busybox ## the unit tests with coverage: a summary, and coverage/index.html
	@vitest run --coverage

.PHONY: lint
lint: build ## formatting, lint rules, dead code, types, the package
	@echo "== lint: biome, oxlint (type-aware), knip, tsc, publint"
	@npm run --silent lint

.PHONY: clean
clean: ## remove what was built (node_modules and the lab's cache stay)
	rm -rf dist coverage plimsoll-run-*
