# The only commands a newcomer needs. Each is a script in scripts/, which can be read and called directly.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run dev test bench e2e lint fmt mutants reset

help:
	@echo "make run     install what is missing, build, start the demo on http://127.0.0.1:3000"
	@echo "make dev     the same with a debug build that follows every change"
	@echo "make test    every check: format, lints, queries, unit, integration, browser"
	@echo "make e2e     only the browser tests      make lint   only format and lints"
	@echo "make bench   measure against references  make fmt    format the code"
	@echo "make mutants break the norm in many places: does a test notice each? (hours)"
	@echo "make reset   delete the demo's data"

run:
	@exec scripts/run

dev:
	@exec scripts/dev

test:
	@exec scripts/test

bench:
	@exec scripts/bench

e2e:
	@scripts/setup test && exec scripts/e2e

lint:
	@scripts/setup && exec scripts/lint

fmt:
	@exec scripts/fmt

mutants:
	@exec scripts/mutants

reset:
	@exec scripts/reset
