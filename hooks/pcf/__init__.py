"""Footprint Press's core: from the text of a product's records to its published pages and files. It knows no MkDocs."""
