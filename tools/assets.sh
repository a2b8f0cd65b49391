#!/bin/sh
# Copies what the pages need from node_modules to the ignored folder that the application serves.
set -eu
cd "$(dirname "$0")/.."
mkdir -p market/static/vendor
cp node_modules/htmx.org/dist/htmx.min.js market/static/vendor/htmx.min.js
