"""The documentation, and what makes those of its pages that the code itself can tell."""
