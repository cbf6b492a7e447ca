"""Draws what a page of the audit repeats: entries, folds and changes, as plain functions.

A page has some thirty entries of forty pieces each; as templates, which look every name up at each
piece, they cost more than all queries of the page. What a page has once stays in a template.
Nothing here makes markup but by console/markup.py, so all that is no markup is escaped.
Front doors are the tags `timeline`, `entries`, `entry`, `changes` and `held`.
"""
