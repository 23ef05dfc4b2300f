"""The screens and the answers: one function each, from a request to a page or a redirect."""
