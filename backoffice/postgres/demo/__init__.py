"""`make demo`: everything of the console on one machine, started and stopped together.

children.py starts processes and ends those that a killed demo left; ports.py finds ports; the
order of things is in the command, management/commands/demo.py.
"""
