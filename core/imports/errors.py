"""What an import refuses, in the words the screen shows."""


class ImportRefused(Exception):
    """The import cannot be done as it stands; nothing is written. `str(error)` is a French sentence."""


class ImportFileError(Exception):
    """The file is readable and cannot be imported. `str(error)` is a French sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
