"""Changing things: one `Operation` declaration, one pipeline for every way in.

Declarations live in an area's `operations/`, one file each. `pipeline.execute` is the only way the
console changes tracked rows; it guards, validates, opens the event and the transaction, locks,
re-checks and runs. Nothing here may be skipped, and no actor is optional.
"""
