"""One module per platform. A module's name is its name in the configuration; there is no list to keep."""
