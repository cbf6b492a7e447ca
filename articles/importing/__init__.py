"""Loading a site's change history from a file: every line becomes one transaction.

`run.load` is the front door. `source` reads bytes, `lines` understands them, `tree` holds the site
in memory, `planning` turns a line into the writes that it amounts to, `writer` makes them in the
database. Nothing here reads a whole file, and nothing is written outside a line's transaction.
"""
