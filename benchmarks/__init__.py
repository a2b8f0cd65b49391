"""Benchmarks: each module here is run by `make bench` and prints one JSON object a line (surface: make)."""
