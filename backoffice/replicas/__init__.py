"""Where reads go: a replica that has the reader's own last write, else the primary.

Front doors: `use_primary` around what must read its own writes, `note_write` after a commit, and
`data_age` for the shell. Outside of a request everything uses the primary.
"""

from backoffice.replicas.routing import data_age, note_write, use_primary

__all__ = ["data_age", "note_write", "use_primary"]
