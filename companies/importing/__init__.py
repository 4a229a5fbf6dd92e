"""An import against the database: staging (file → rows with their class), applying, undoing.

What a file says is read by `companies.imports`, which knows no database.
"""
