"""What an import refuses, in the words the screen shows."""


class ImportRefused(Exception):
    """The import cannot be done as it stands; nothing is written. `str(error)` is a French sentence."""
