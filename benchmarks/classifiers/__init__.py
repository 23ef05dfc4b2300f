"""The classifiers beside those of other packages: ``python -m benchmarks.classifiers`` or ``make bench-models``."""
