# One command for each wish. `make demo` and `make test` do everything on a fresh machine, set-up included.
.PHONY: demo test oldest setup lint check bench catalog vignettes package readme site mutants shell clean

export R_LIBS := $(CURDIR)/.rlib
export RETICULATE_PYTHON := $(CURDIR)/.venv/bin/python
export TF_CPP_MIN_LOG_LEVEL := 3

python := .venv/bin/python
sources := $(shell find bridge rpkg -type f -not -path '*/__pycache__/*' -not -name '*.o' -not -name '*.so')

demo: setup
	@Rscript tools/demo.R

test: setup
	@$(python) tools/test.py

# pytest with the oldest Keras and TensorFlow that pyproject.toml allows; rows of symbols that it lacks are left out.
oldest: setup .setup/oldest
	@.venv-oldest/bin/python -m pytest tests

setup: .setup/package

.setup/system: tools/apt-packages.txt tools/setup_system.sh
	@mkdir -p .setup
	@tools/setup_system.sh
	@touch $@

.setup/python: pyproject.toml tools/setup_python.sh | .setup/system
	@echo "Installing Python packages into .venv"
	@tools/setup_python.sh
	@touch $@

.setup/oldest: pyproject.toml tools/setup_oldest.sh
	@mkdir -p .setup
	@echo "Installing the oldest Keras into .venv-oldest"
	@tools/setup_oldest.sh
	@touch $@

.setup/package: $(sources) | .setup/python
	@mkdir -p .rlib
	@R CMD INSTALL --no-test-load --preclean --clean --library=.rlib rpkg >.setup/install.log 2>&1 || { cat .setup/install.log; exit 1; }
	@touch $@

lint: setup
	@.venv/bin/ruff check bridge tests tools benchmarks
	@.venv/bin/ruff format --check bridge tests tools benchmarks
	@.venv/bin/mypy
	@$(python) tools/upstream.py
	@$(python) tools/catalog.py --check
	@Rscript tools/lint.R

check: setup
	@tools/check.sh

bench: setup
	@Rscript benchmarks/bench.R

catalog: setup
	@$(python) tools/catalog.py
	@cd rpkg && Rscript -e 'roxygen2::roxygenise(load_code = "source")'

vignettes: setup
	@Rscript tools/vignettes.R

# The package as it is given to others, vignettes and all: build/tfbridge_*.tar.gz.
package: setup
	@Rscript tools/stage.R
	@cd build && R CMD build --no-manual package/tfbridge

# The printed result and the pictures of the README's first program.
readme: setup
	@Rscript tools/readme.R

site: setup .setup/site
	@Rscript tools/site.R
	@echo "build/site/index.html"

.setup/site:
	@tools/setup_site.sh
	@touch $@

mutants: setup
	@.venv/bin/pip install --quiet --disable-pip-version-check cosmic-ray
	@$(python) tools/mutants.py $(MUTANTS)

shell: setup
	@R --no-save

clean:
	rm -rf .venv .venv-oldest .rlib .setup build *.egg-info
