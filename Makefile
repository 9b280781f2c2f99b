# Two commands do all the set-up: `make demo` and `make test`. Nothing here asks for input.

PYTHON ?= python3
BIN := .venv/bin
DEMO := .demo
WRITER ?= qwen2.5-coder-1.5b
WHEEL ?=

export TEXTUAL_ANIMATIONS ?=
export CMAKE_ARGS ?=

.PHONY: setup demo run test check format bench scorer wheel clean

# Options: WRITER=none (or another name of `assistant models list`), WHEEL=llama_cpp_python-....whl, CMAKE_ARGS=...
ifeq ($(WRITER),none)
setup: .venv/ready
else
setup: .venv/writer-$(WRITER)
endif

.venv/ready: pyproject.toml constraints.txt .ci/environment.py .ci/llama.cmake
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; say which with: make demo PYTHON=python3.12")'
	@echo "[1/3] Making the environment .venv"
	@$(PYTHON) -m venv .venv
	@echo "[2/3] Compiling llama-cpp-python for this processor (kept for the next time) and installing the other packages"
	@echo "      (about 1 GB, most of it PyTorch): 2 to 6 minutes; logs: .venv/llama-build.log, .venv/packages.log"
	@$(BIN)/python .ci/environment.py $(if $(WHEEL),--wheel "$(WHEEL)")
	@echo "[3/3] Loading both models once"
	@$(BIN)/assistant --home .venv/setup-check --set model=starter doctor || { \
	 echo "The models do not run. Portable code is slower and runs anywhere:"; \
	 echo "    rm -rf .venv && make setup CMAKE_ARGS='-DGGML_AVX512=OFF -DGGML_AVX512_VBMI=OFF -DGGML_AVX512_VNNI=OFF -DGGML_AVX512_BF16=OFF'"; exit 1; }
	@touch $@

.venv/writer-$(WRITER): .venv/ready
	@echo "Getting the model that writes, $(WRITER) (1.1 GB, once; without it: make setup WRITER=none)"
	@$(BIN)/assistant models get $(WRITER) --yes && touch $@ || { \
	 echo "It could not be got; the small model that is here (135M) quotes instead of writing. Later, to have answers in prose:"; \
	 echo "    $(BIN)/assistant models get $(WRITER)"; }

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

test: .venv/ready
	$(BIN)/python -m pytest -n 2 --dist loadfile

EVAL ?= ../shared/eval
MINUTES ?= 90
SCORER := assistant/verification/scorer

# The scorer of claims anew: the processor is busy for MINUTES. See training/README.md.
scorer: .venv/ready
	$(BIN)/python -m training.mixing $(EVAL) $(SCORER)/tokenizer.json .venv/scorer-mix.npz
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m training.fit .venv/scorer-mix.npz .venv/scorer --minutes $(MINUTES)
	$(BIN)/python -m training.export .venv/scorer/checkpoint.pt $(SCORER)/model.onnx
	$(BIN)/python -m training.calibrate --shared $(EVAL)/..

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadfile

format: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/ready
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.answers

# The wheel, built and tried in an empty environment: make wheel WHEEL=llama_cpp_python-....whl INSTALLER=uv
INSTALLER ?= pip
wheel: .venv/ready
	$(BIN)/python .ci/wheel.py --installer $(INSTALLER) $(if $(WHEEL),--llama "$(WHEEL)")

clean:
	rm -rf .venv $(DEMO) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
