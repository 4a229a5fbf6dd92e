"""What a supervisor asks: are we up, and what we stand on."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, JsonResponse


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 while the database answers; the cache is said, and missing it is no fault."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    comfort = caches["comfort"]
    comfort.set("health", "ok", 10)
    return JsonResponse({"database": "ok", "cache": "ok" if comfort.get("health") == "ok" else "absent"})
