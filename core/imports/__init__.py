"""Importing a spreadsheet, whatever it is about: reading cells, finding the header, staging, the wizard’s gestures.

An app says what its columns are, how a row becomes a row of its own, and what is written; the rest is here.
"""
