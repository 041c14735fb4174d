"""One thread of linear algebra per process: the processes of a run share the cores already.

The analyses' matrices are small. With a thread per core each product waits for the others: on
two cores the tables of churn took two to three times the processor time.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

# What the libraries of linear algebra read when a process begins.
VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def one_thread() -> Iterator[None]:
    """Let this process, and the kernels that it starts, calculate with one thread each.

    A variable that the user has set stays as it is.
    """
    added = [name for name in VARIABLES if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        with threadpool_limits(1):
            yield
    finally:
        for name in added:
            os.environ.pop(name, None)
