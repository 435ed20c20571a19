"""Valid, damaged and malicious media made from fixed seeds, for tests and benchmarks."""
