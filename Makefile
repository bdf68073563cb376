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

.PHONY: lint
lint: node_modules/.ready ## formatting, lint rules, dead code, types
	@echo "== lint: biome, oxlint (type-aware), knip, tsc"
	@npm run --silent lint

.PHONY: clean
clean: ## remove what was built (node_modules and the lab's cache stay)
	rm -rf dist coverage plimsoll-run-*
