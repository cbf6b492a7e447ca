"""The benchmark: `make bench` fills a stage of 5,000,000 versions and prints ratios of one run.

Nothing here is asserted by a time: `stage` makes the data, `reads` and `writes` measure, `report`
prints. Every figure stands beside the bare ideal SQL, or beside the same work without history,
measured in turns with it. tests/benchmarks/test_benchmarks.py runs all of it on a tiny stage.
"""
