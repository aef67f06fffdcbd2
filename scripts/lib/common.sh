# Shared by the scripts: the checkout's root, retries, the reference data. Source it; it changes nothing but variables.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# The reference data are found by CELADON_REFERENCE_DIR; beside the checkout they may lie in a folder named shared.
if [ -z "${CELADON_REFERENCE_DIR:-}" ] && [ -d "$root/../shared/reference" ]; then
  CELADON_REFERENCE_DIR=$(cd "$root/../shared" && pwd)
fi
if [ -n "${CELADON_REFERENCE_DIR:-}" ]; then export CELADON_REFERENCE_DIR; fi

# Runs a command until it succeeds, five times at most: package mirrors fail now and then.
retry() {
  local attempt
  for attempt in 1 2 3 4 5; do
    if "$@"; then return 0; fi
    echo "attempt $attempt failed: $*" >&2
    sleep $((attempt * 5))
  done
  return 1
}

# The project's virtual environment, when it is there.
if [ -x "$root/.venv/bin/python" ]; then
  python="$root/.venv/bin/python"
  PATH="$root/.venv/bin:$PATH"
else
  python=python3
fi

# ccache makes the second build short, also in another checkout; without it everything works as well.
if command -v ccache >/dev/null; then
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
  export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=1
  export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime # what precompiled headers need to be kept
fi
jobs=${CELADON_JOBS:-$(nproc)}
