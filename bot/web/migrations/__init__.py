"""How the database of accounts came to be."""
