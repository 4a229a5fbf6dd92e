"""What can go wrong on a person's machine, said in one sentence. Standard library alone: read before any install."""

from __future__ import annotations

import shutil
from pathlib import Path

NETWORK = (
    "name resolution",
    "name or service not known",
    "dns error",
    "enotfound",
    "eai_again",
    "network is unreachable",
    "could not connect",
    "connection refused",
    "econnrefused",
    "etimedout",
    "timed out",
    "error sending request",
    "failed to establish a new connection",
    "could not resolve",
)
FULL_DISK = ("no space left on device", "enospc", "disk quota exceeded")


class LocalError(Exception):
    """Something a person can put right: one sentence, and the command to type where there is one."""


def require_space(path: Path, megabytes: int) -> None:
    free = shutil.disk_usage(path).free // 1_000_000
    if free < megabytes:
        raise LocalError(f"Only {free} MB are free on the disk of {path}, {megabytes} MB are needed: make room first.")


def sentence_for(what: str, output: str, log: Path) -> str:
    """Why `what` failed, from what it printed: a full disk, no network, or its own last words."""
    lowered = output.lower()
    if any(sign in lowered for sign in FULL_DISK):
        return f"{what} failed because the disk is full: make room, then type the same command again."
    if any(sign in lowered for sign in NETWORK):
        return (
            f"{what} failed because the network cannot be reached: check the connection (or the proxy), "
            f"then type the same command again. Details: {log}."
        )
    words = [line.strip() for line in output.splitlines() if line.strip()]
    return f"{what} failed: {words[-1] if words else 'it said nothing'}. Details: {log}."
