"""What an app gives to its imports: all of it, or nothing can be built."""

import pytest

from core.imports.pipeline import ImportPipeline
from core.views.imports import ImportWizard


@pytest.mark.parametrize("kind", [ImportPipeline, ImportWizard])
def test_an_import_without_its_parts_cannot_be_built(kind):
    with pytest.raises(TypeError, match="abstract"):
        type("Unfinished", (kind,), {})()
