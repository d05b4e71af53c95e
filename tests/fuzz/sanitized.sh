#!/usr/bin/env bash
# The light library's fuzz under the address and undefined-behaviour sanitizers, in a build folder of its own.
#   sanitized.sh SOURCE BUILD COUNT
set -euo pipefail
source=$1 build=$2 count=$3
flags="-O1 -g0 -fsanitize=address,undefined -fno-sanitize-recover=undefined"
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None "-DCMAKE_CXX_FLAGS=$flags" "-DCMAKE_EXE_LINKER_FLAGS=$flags" "-DCMAKE_SHARED_LINKER_FLAGS=$flags" \
  -DPERCUTA_FEM=OFF -DPERCUTA_TESTS=ON -DPERCUTA_BENCHMARKS=OFF >/dev/null
ninja -C "$build" fuzz_tests | tail -n 1
cd "$build"
PERCUTA_DATA="$source/data" "$build/fuzz_tests" --count "$count" --seed 2
