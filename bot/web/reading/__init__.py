"""View models: what a screen shows, read from the record and put into words. No HTML, no writing."""
