"""Looking things up: one `Entity` declaration gives list, search, detail, related and timeline.

Declarations live in an area's `entities.py`. `access.get_record_for_staff` is the only way a page
gets a record.
"""
