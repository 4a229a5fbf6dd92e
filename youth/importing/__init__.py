"""An import of young people against the database: staging (file → rows with their class), applying, undoing."""
