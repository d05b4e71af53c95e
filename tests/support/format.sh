#!/usr/bin/env bash
# Every source is as clang-format leaves it.
set -euo pipefail
cd "$1"
git ls-files '*.h' '*.cc' | xargs clang-format --dry-run --Werror
