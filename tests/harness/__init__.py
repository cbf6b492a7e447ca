"""How the tests get their databases. The fixtures are described in fixtures.py.

slot.py gives each run a folder of its own, guard.py refuses databases that are not on this
machine, refusals.py tests that would flush, template.py migrates once, databases.py clones,
standby.py borrows the real replica.
"""
