"""Is it alive, is it ready, and if not, what is wrong and how is it mended.

/healthz asks nothing but the process. /readyz asks each dependency with a time limit of its own.
A new dependency is one function in checks.py and its line in `ALL`.
"""
