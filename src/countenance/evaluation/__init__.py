"""What a model's cosines are worth, measured on labelled pictures: for operators and benchmarks."""
