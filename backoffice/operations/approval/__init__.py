"""A second person agrees: requests, and what becomes of them.

`needing` says when someone must agree, `asking` turns a preview into a request, `deciding` ends it
in exactly one way. What is approved goes through the pipeline with an `Agreement`: it runs only
while it would do what the approver saw.
"""
