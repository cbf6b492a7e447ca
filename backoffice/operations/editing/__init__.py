"""Editing fields by forms that follow from the model and the entity's declaration.

An area says `class EditBook(Edit)` and which fields; `operation.Edit` is the front door. Here live
the form, its fields, and the comparison with what the person saw. No field of any area does.
"""

from backoffice.operations.editing.operation import Edit

__all__ = ["Edit"]
