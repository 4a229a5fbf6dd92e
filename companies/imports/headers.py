"""Where the labels of the columns are, in a file of companies. Pure."""

from companies.imports.labels import read_label
from companies.imports.mapping import propose_mapping
from core.imports.headers import HeaderFinder

FINDER = HeaderFinder(
    propose_mapping,
    lambda label: read_label(label) is not None,
    "«\u00a0Raison sociale\u00a0», «\u00a0SIRET\u00a0», «\u00a0Adresse\u00a0», "
    "«\u00a0Code postal\u00a0», «\u00a0Ville\u00a0»",
)
detect_header, best_sheet = FINDER.detect_header, FINDER.best_sheet
