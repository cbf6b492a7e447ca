"""django-simple-history as its documentation has it: what ours is measured against."""
