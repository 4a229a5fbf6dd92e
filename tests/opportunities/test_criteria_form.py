"""What a company asks is written by hand: no number of social security gets in that way."""

import pytest

from opportunities.forms.opportunities import CriteriaForm

NIR = "2 05 05 36 018 042 15"


@pytest.mark.parametrize("name", ["criteria", "negotiable", "note"])
def test_criteria_refuse_a_number_of_social_security(name):
    form = CriteriaForm({name: f"Voir {NIR}"})
    assert "sécurité sociale" in str(form.errors[name])
    assert CriteriaForm({name: "Permis non exigé"}).is_valid()
