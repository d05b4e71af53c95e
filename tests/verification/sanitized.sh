#!/usr/bin/env bash
# Finite-element tests under the address and undefined-behaviour sanitizers, in a build folder of its own.
#   sanitized.sh SOURCE BUILD FILTER
# MPI, p4est and HDF5 keep what they allocate until the process ends: leaks are not looked for.
set -euo pipefail
source=$1 build=$2 filter=$3
flags="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -g1" "-DCMAKE_CXX_FLAGS=$flags" -DPERCUTA_TESTS=ON >/dev/null
ninja -C "$build" verification_tests | tail -n 1
export ASAN_OPTIONS=detect_leaks=0 PERCUTA_DATA="$source/data" OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
"$build/verification_tests" --gtest_filter="$filter"
