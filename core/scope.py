"""Row-level security: which structures' rows the present transaction may touch.

The database refuses every row of a table under row-level security unless the transaction has said
for which structures it works (see `core.rls` for the policies). A request says it in
`ScopeMiddleware`, a job or a command with `structure_scope`. Nothing said, no row.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

SETTING = "app.structures"


def set_scope(structure_ids: Iterable[int]) -> None:
    """Let the present transaction see the rows of these structures, and of no other, until it ends."""
    value = ",".join(str(int(pk)) for pk in sorted(set(structure_ids)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, value])


@contextmanager
def structure_scope(structure_ids: Iterable[int]) -> Iterator[None]:
    """A transaction that works for these structures. Nested scopes narrow nothing: the last one said holds."""
    with transaction.atomic():
        set_scope(structure_ids)
        yield


class ScopeMiddleware:
    """One transaction for the whole request, so that the scope set in it also covers lazy templates.

    Rolled back when the answer is a server error. It stands above authentication: whoever knows the
    user sets the scope (`accounts.middleware.AccessMiddleware`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response
