PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
PIP := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check
LOCK := $(BIN)/uv pip compile pyproject.toml --extra app --universal --python-version 3.11 \
	--generate-hashes --quiet --custom-compile-command "make lock" --output-file requirements.txt

.DEFAULT_GOAL := help
.PHONY: help install lock app test fuzz notebooks mutants check golden bench docs screenshots

help: ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(INSTALLED): requirements.txt requirements-local.txt packages/local-workspace/pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) -r requirements.txt
	$(PIP) -r requirements-local.txt
	@touch $@

install: $(INSTALLED) ## install everything into .venv

lock: install ## write requirements.txt from pyproject.toml, with hashes; UPGRADE=1 takes newer versions
	$(LOCK) $(if $(UPGRADE),--upgrade)

app: install ## open the app on a local workspace with sample data: http://127.0.0.1:8501 (:8502 as another person)
	MEDALLION_SCHEDULED_PIPELINES='*' $(BIN)/python -m local_workspace --app 8501 -- $(BIN)/streamlit run app.py

test: install ## run all tests
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

fuzz: install ## damage 20,000 designs: each gives an error or a finding
	$(BIN)/python -m pytest -m fuzz tests/check

notebooks: install ## run the long notebooks of examples/ from top to bottom
	$(BIN)/python -m pytest -m notebooks tests/notebook

mutants: install ## change the code in small ways: how many changes the tests notice
	$(BIN)/python -m bench.mutants

check: install ## format, lint, types and import contracts, changing nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

golden: install ## write the golden bundles again, to be read as a diff
	$(BIN)/python -m tests.golden

bench: install ## measure the proposals' quality and the timings
	$(BIN)/python -m bench

docs: install ## build the documentation with its reference into build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

screenshots: install ## take the README's pictures and animation, and every page and state into build/screenshots
	$(BIN)/python -m local_workspace --app 8511 -- $(BIN)/python screenshots.py 8511
