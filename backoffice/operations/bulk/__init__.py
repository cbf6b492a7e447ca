"""Work on many records in the background: selections, previews in batches, runs.

A *selection* says which records are meant without listing them. A *run* previews an operation on
them batch by batch, each rolled back, and then, when its owner says so, carries it out batch by
batch: one transaction each, which holds the changes, their event and the outcome of every record.
So whatever is killed, no record is done twice and none is told wrongly.
"""
