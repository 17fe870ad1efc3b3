# `make` alone tells what there is. Everything happens in .venv, which is made when it is needed.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
# More arguments for the catcher or for pytest: make run ARGS="--smtp :2525", make test ARGS=tests/cli
ARGS ?=
# Bytecode is kept, whatever the shell says: the tests start some hundred catchers, and each would compile all of it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test lint format docs pictures messages soak bench bench-smtp clean

help: ## tell what there is
	@sed -n 's/^\([a-z-]*\): .*## /  make \1\t/p' Makefile | expand -t 20

run: ## make the environment if need be and start the catcher (SMTP on 1025, pages on 8025)
	@.ci/environment run
	@exec .venv/bin/pillarbox $(ARGS)

test: ## install what the tests need and run them all
	@tests/install.sh
	@.ci/environment test
	@TMPDIR=$$(tests/scratch.sh) $(PYTHON) -m pytest -n $$(($$(nproc) + 1)) --dist loadgroup $(ARGS)

lint: ## check format, style, types and layers
	@.ci/environment test
	@.ci/lint

format: ## put the code into its format
	@.ci/environment test
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

docs: ## write the tables of docs/ that come from the code
	@.ci/environment test
	@$(PYTHON) -m tests.project.configuration

messages: ## bring the catalogues of locale/ up to what the pages say; ARGS=de begins a new language
	@.ci/environment test
	@$(PYTHON) -m tests.project.messages $(ARGS)

pictures: ## take pictures of every page, wide and narrow, light and dark, into .build/pictures
	@tests/install.sh
	@.ci/environment test
	@$(PYTHON) -m tests.browser.pictures $(ARGS)

soak: ## run the tests that count with large counts and print the table of docs/soak.md
	@tests/install.sh
	@.ci/environment test
	@$(PYTHON) -m tests.soak $(ARGS)

bench: ## measure everything in one table: ingest, visibility, memory, list and search at a million, start
	@tests/install.sh
	@.ci/environment test
	@$(PYTHON) -m tests.bench $(ARGS)

bench-smtp: ## measure SMTP against smtp-sink and stock aiosmtpd, check that all of it is stored, weigh idle connections
	@tests/install.sh
	@.ci/environment test
	@$(PYTHON) -m tests.bench.bench_smtp $(ARGS)
	@$(PYTHON) -m tests.bench.bench_idle

clean: ## remove the environment and everything that was built
	@rm -rf .venv .build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache node_modules
	@find app tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +
