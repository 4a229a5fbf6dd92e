"""Where the labels of the columns are, in a file of companies. Pure."""

from companies.imports.labels import read_label
from companies.imports.mapping import propose_mapping
from core.imports.headers import HeaderFinder

FINDER = HeaderFinder(
    propose_mapping,
    lambda label: read_label(label) is not None,
    "« Raison sociale », « SIRET », « Adresse », « Code postal », « Ville »",
)
detect_header, best_sheet = FINDER.detect_header, FINDER.best_sheet
