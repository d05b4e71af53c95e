#!/usr/bin/env bash
# Makes a report of each verb, then opens them from disk in headless Chromium: run.sh PERCUTA WORK_FOLDER
set -euo pipefail
percuta=$1 work=$2 here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
cp "$here/package.json" "$here/report.mjs" "$work/"
(cd "$work" && { [ -d node_modules/playwright-core ] || npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts; })
"$percuta" run data/cases/cheek-medical-roller.toml -o "$work/run" --overwrite -q
"$percuta" run data/cases/home-roller-forearm.toml -o "$work/sessions" --overwrite -q
"$percuta" roll data/cases/cheek-medical-roller.toml -o "$work/roll" --overwrite -q
"$percuta" roll data/cases/cheek-medical-roller.toml --set device=stamp-0.5mm -o "$work/stamp" --overwrite -q
"$percuta" compare data/cases/needle-lengths.toml -o "$work/compare" --overwrite -q
"$percuta" insert data/cases/single-needle.toml --level axisymmetric -d "0.1 mm" --frames 4 -o "$work/insert" --overwrite -q
"$percuta" insert data/cases/single-needle.toml --level solid -d "0.1 mm" --frames 4 -o "$work/solid" --overwrite -q
"$percuta" compare "$here/hostile.toml" -o "$work/hostile" --overwrite -q
cd "$work"
node report.mjs run/report.html run.png 18
node report.mjs sessions/report.html sessions.png 18
node report.mjs roll/report.html roll.png 5
node report.mjs stamp/report.html stamp.png 5
node report.mjs compare/report.html compare.png 9
node report.mjs hostile/report.html hostile.png 9
node report.mjs insert/report.html insert.png 1
node report.mjs solid/report.html solid.png 4
