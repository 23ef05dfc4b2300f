"""Programs that run without the rest of OfRecord."""
