"""What produces every number we publish. Each module runs by itself: `python -m benchmarks.startup`."""
