"""What the embedded engine may use of the machine, each with its unit and where it comes from.

These are no settings of a data set: what came with one must not raise its own limits. Who runs
kam says otherwise in the environment, with ``KAM_MEMORY_MB`` and ``KAM_SECONDS``.
"""

# Share of the memory that is free when an engine is opened, after which it uses the disk. House
# rule: the other half is for the cells that are being read, pandas and the pages.
ENGINE_SHARE = 0.5
# Share of what the machine has free that a process may take: above the engine's own, as it must
# use the disk before memory runs out. House rule: the machine itself goes on working.
FREE_SHARE = 0.8
LEAST_ENGINE_MB = 64  # below it the engine does not even sort
# Share of the disk's free space for what does not fit in memory. House rule.
SPILL_SHARE = 0.5
# Seconds of one statement. Forty million lines with ten expressions take three minutes on two
# cores; what takes three times that will not end.
STATEMENT_SECONDS = 600
# Seconds in which an interrupted statement should have ended; a single call may look up later.
GRACE_SECONDS = 5
# Characters of an expression or a reshape. A CASE over two thousand products; the longest in any
# of our data sets has two thousand.
LONGEST_SQL = 100_000
