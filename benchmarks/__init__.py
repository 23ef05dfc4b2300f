"""Time-like and machine-like figures: ``python -m benchmarks`` measures them here and now, and prints one table."""
