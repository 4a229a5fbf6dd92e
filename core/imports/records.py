"""What must be told about a row of a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to tell about one cell: `column` is its label in the file, `message` a French sentence.

    `before` is the cell as the file has it, `after` what was kept of it ("" when nothing was, or when it went to the
    notes, which the message then says).
    """

    row: int
    column: str
    field: str
    before: str
    after: str
    message: str
