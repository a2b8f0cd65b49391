# Chợ Liên Kết. `make` alone lists what there is; `make run` and `make test` set up what is missing.
PORT ?= 8000
PY := .venv/bin/python
BENCH ?= $(filter-out __init__,$(basename $(notdir $(wildcard benchmarks/*.py))))
# The suite starts some hundred processes: each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
# Chromium as root needs --no-sandbox; the tests know.

.DEFAULT_GOAL := help
.PHONY: help setup setup-run setup-test run test check lint format bench soak audit parts clean lock migration

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: setup-test  ## set up everything: environment, browser assets, test browser

setup-run:
	@sh tools/setup.sh run

setup-test:
	@sh tools/setup.sh test

run: setup-run  ## show the main job: set up, migrate, load the demo, serve on PORT
	@$(PY) tools/run.py --port $(PORT)

test: setup-test  ## run the whole suite
	@# Three on two cores: each waits for its servers now and then.
	@$(PY) -m pytest -n 3 --dist worksteal

check: setup-test lint test  ## what CI runs: format, lint, types, imports, translations, tests

lint: setup-test  ## everything of check but the tests
	@# Types take longest; the rest is looked at meanwhile.
	@.venv/bin/mypy & types=$$!; \
	.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/lint-imports && $(PY) tools/translations.py check; \
	rest=$$?; wait $$types && exit $$rest

format: setup-test  ## put the code in the house's form
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

soak: setup-test  ## the long races and kill rounds
	@$(PY) -m pytest -n 0 -m soak

bench: setup-test  ## the benchmarks, one JSON object a line; all of them (hours), or BENCH="relevance search"
	@failed=; for one in $(BENCH); do $(PY) -m benchmarks.$$one || failed="$$failed $$one"; done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed" >&2; exit 1; fi

lock: setup-test  ## write the hashed requirement files anew
	@.venv/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q -o requirements/run.txt
	@.venv/bin/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q -o requirements/dev.txt

audit: setup-test  ## ask for known weaknesses of what is installed (needs a network)
	@$(PY) tools/audit.py

parts: setup-test  ## write what the market is made of to parts/, in CycloneDX (the first time needs a network)
	@mkdir -p parts
	@.venv/bin/uv tool run --quiet --from "cyclonedx-bom>=7,<8" cyclonedx-py requirements requirements/run.txt --of JSON -o parts/python.json
	@npm sbom --package-lock-only --omit dev --sbom-format cyclonedx --sbom-type application > parts/browser.json
	@echo "written: parts/python.json, parts/browser.json"

clean:  ## remove what the set-up made (not the data)
	@rm -rf .venv .setup node_modules market/static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
