"""The parts of the embedded cluster; `backoffice.postgres.cluster` is their front door.

state.py remembers ports and secrets, binaries.py runs PostgreSQL's programs, server.py starts and
stops one server, and node.py, primary.py and replica.py make, mend and describe the two nodes.
"""
