"""Logs as JSON lines without names, addresses, tokens or what was typed."""

import logging
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = re.compile(r"(?:\+33|0)[ .-]?[1-9](?:[ .-]?\d{2}){4}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,}")
_QUERY = re.compile(r"\?\S*")


def scrub(text: str) -> str:
    """The text without e-mails, phones, long random keys and query strings."""
    for pattern, replacement in ((_QUERY, "?…"), (_EMAIL, "[e-mail]"), (_PHONE, "[téléphone]"), (_TOKEN, "[clé]")):
        text = pattern.sub(replacement, text)
    return text


def scrub_event(logger: object, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """structlog processor: every text of the line is scrubbed."""
    return {key: scrub(value) if isinstance(value, str) and key != "logger" else value for key, value in event.items()}


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso"),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                scrub_event,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        record.request = None  # never serialised: it holds the form as typed
        return super().format(record)
