"""« Ma journée »."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def day(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboards/day.html")
