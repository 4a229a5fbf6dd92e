"""Spreadsheets in and out: the one place that reads them (`reading`) and the one that writes them (`writing`).

Nothing is imported here: the limited process that parses a file must start with as little as possible.
"""
