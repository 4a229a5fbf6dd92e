"""Cells of the list of companies."""

import pytest

from companies.tables import ACTIVITY_LENGTH, short_activity


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("Ambulances", "Ambulances"),
        ("Commerce de gros (commerce interentreprises) de matériel agricole", "Commerce de gros"),
        (
            "Commerce de détail de fleurs, plantes, graines, engrais, animaux de compagnie en magasin spécialisé",
            "Commerce de détail de fleurs…",
        ),
    ],
)
def test_activity_fits_in_its_line(label, short):
    assert short_activity(label) == short
    assert len(short) <= ACTIVITY_LENGTH
