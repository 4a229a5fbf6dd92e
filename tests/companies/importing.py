"""An import from bytes to companies, without the screens: what the tests of the pipeline share."""

from django.utils import timezone

from companies.actions import imports
from companies.importing.applying import apply_batch
from companies.importing.undoing import undo_batch
from companies.models import ImportBatch
from core.imports.files import mapping_of


def silent(done, total, message):
    """Nobody looks at the progress of a test."""


def csv_of(*rows):
    """`csv_of("Nom;Ville", "Vacher;Rosnay")`: the bytes of a file."""
    return "\r\n".join(rows).encode()


def staged(structure, content, *, by=None, name="reseau.csv"):
    batch = imports.deposit_file(structure=structure, name=name, content=content, by=by)
    imports.choose_columns(batch=batch, mapping=mapping_of(batch), now=timezone.now())
    imports.preview(batch=batch, advance=silent)
    return ImportBatch.objects.get(pk=batch.pk)


def applied(structure, content, *, by=None, name="reseau.csv"):
    batch = staged(structure, content, by=by, name=name)
    apply_batch(batch=batch, by=by, now=timezone.now(), advance=silent)
    return batch


def undone(batch, *, by=None):
    return undo_batch(batch=batch, by=by, now=timezone.now(), advance=silent)
