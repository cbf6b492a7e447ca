"""Putting records back: revert to a version, resurrect what is gone, undo what events did.

All three say what records shall be (`steps`), find what stands in the way (`settling`), and write
it set by set (`writing`). What is wanted is named by the history row that holds it: values go from
history into the table inside the database, whole and typed, whatever their size.
"""
