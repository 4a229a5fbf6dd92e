"""The four phases, in order: the one word of the method this layer knows.

A phase is shown by colour, shape and word together; the order never changes.
"""

from django.db import models


class Phase(models.IntegerChoices):
    DISCOVERY = 1, "Découverte"
    VALIDATION = 2, "Validation"
    APPRENTICESHIP = 3, "Alternance"
    JOB = 4, "Emploi"


# Drawn in a 14 × 14 box: disc, triangle, square, diamond.
SHAPES = {
    Phase.DISCOVERY: '<circle cx="7" cy="7" r="5.4"/>',
    Phase.VALIDATION: '<path d="M7 1.2 13 12.4H1z"/>',
    Phase.APPRENTICESHIP: '<path d="M1.8 1.8h10.4v10.4H1.8z"/>',
    Phase.JOB: '<path d="M7 .8 13.2 7 7 13.2.8 7z"/>',
}
