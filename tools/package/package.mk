# What `sam build` runs for each function and layer of template.yaml: the wheels that its requirements pin, the code, and
# bytecode for Python 3.13. Lambda cannot store bytecode, so it would compile the code again at every cold start.
#
# SAM calls it in a copy of the CodeUri or ContentUri, as arm64/Makefile or x86_64/Makefile, which are links to this file.
.SILENT:
# The processor's name in the file names of wheels. The folder's path may have blanks; only its last word counts.
PLATFORM := $(if $(filter %/arm64/Makefile,$(MAKEFILE_LIST)),aarch64,x86_64)
PYTHON := python3.13 -I
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Python writes the same bytecode for a file wherever it is built: its path in Lambda is in it, and neither a date nor a
# folder of this machine. Unchecked means that Python does not compare it with the source.
compile = $(PYTHON) -m compileall -q -f --invalidation-mode unchecked-hash -s "$(1)" -p $(2) "$(1)"

build-%Layer:
	$(call package,$(ARTIFACTS_DIR)/python)
	$(call compile,$(ARTIFACTS_DIR)/python,/opt/python)

build-%Function:
	$(call package,$(ARTIFACTS_DIR))
	$(call compile,$(ARTIFACTS_DIR),/var/task)

define package
mkdir -p "$(1)"
if [ -e requirements.txt ]; then \
  $(PYTHON) -m pip download --quiet --no-deps --require-hashes --only-binary=:all: --dest .wheels -r requirements.txt \
    --implementation cp --python-version 3.13 --abi cp313 --abi abi3 --abi none \
    --platform manylinux2014_$(PLATFORM) --platform manylinux_2_28_$(PLATFORM) --platform manylinux_2_34_$(PLATFORM) \
    && for wheel in .wheels/*.whl; do $(PYTHON) -m zipfile -e "$$wheel" "$(1)" || exit 1; done; \
fi
rm -rf .wheels requirements.*
find . -name __pycache__ -prune -exec rm -rf {} +
cp -R . "$(1)"
endef
