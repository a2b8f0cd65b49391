"""What the benchmarks share: made-up listings, engines to search, and how a figure is printed."""
