"""The console: settings, and every machine.

Each folder is one room (see the map in README.md). Nothing here knows a customer's word: what is
looked at and changed is declared in an area such as `articles/`, which imports this, never back.
"""
