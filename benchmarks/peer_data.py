"""The data that peers publish numbers of: read where it lies, never kept here.

Two places, each a folder that a variable of the environment names:

- ``KAM_SHARED`` (else ``../shared/data``): ``cdnow/CDNOW_sample.txt`` and ``CDNOW_master.txt``.
- ``KAM_PEERS`` (else ``../shared/peers``): files of R packages as these ship them in ``data/``:
  ``groceryElog.rda`` (BTYDplus), ``rfm_data_orders.rda`` and ``rfm_data_customer.rda`` (rfm),
  ``SwissInhabitants.rda`` (ABCanalysis). The package rdata reads them, in an environment of its
  own; kamlib does not depend on it.

Short samples of papers and manuals stand below; that of bone marrow transplants comes with
statsmodels.
"""

import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measured import environment
from benchmarks.opening import SHARED
from kamlib.analysis.models.purchase import purchase_histories

PEERS = Path(os.environ.get("KAM_PEERS") or SHARED.parent / "peers").resolve()
_READ = """
import sys, warnings
warnings.simplefilter("ignore")
import numpy, pandas, rdata
found = next(iter(rdata.read_rda(sys.argv[1]).values()))
if not isinstance(found, pandas.DataFrame):
    found = pandas.DataFrame({"value": numpy.asarray(found).ravel()})
found.to_csv(sys.argv[2], index=False)
"""
# Weeks of remission under 6-MP and of its control (Freireich et al. 1963), 0 where censored.
REMISSION = (
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
    [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
)
CONTROL = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
# The example of R's ineq and of DescTools.
INCOMES = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
# The customers of lifetimes' tests: who ordered when.
LIFETIMES_SIX = [
    *((1, "2015-01-01"), (1, "2015-02-06"), (2, "2015-01-01"), (3, "2015-01-01")),
    *((3, "2015-01-02"), (3, "2015-01-05"), (4, "2015-01-16"), (4, "2015-02-02")),
    *((4, "2015-02-05"), (4, "2015-02-05"), (5, "2015-01-16"), (5, "2015-01-17")),
    *((5, "2015-01-18"), (6, "2015-02-02")),
]


class AbsentError(Exception):
    """A data set, or what reads it, is not here."""


def cdnow(name: str) -> pd.DataFrame:
    """Order days of CDNOW_sample or CDNOW_master: ``account``, ``date``."""
    file = _there(SHARED / "cdnow" / f"{name}.txt")
    lines = pd.read_csv(file, sep=r"\s+", header=None, dtype="str")
    days = lines.iloc[:, -4:-2].set_axis(["account", "date"], axis=1)
    days["date"] = pd.to_datetime(days["date"], format="%Y%m%d", errors="coerce")  # a header
    return days.dropna().drop_duplicates()


def published(name: str, folder: Path) -> pd.DataFrame:
    """The data set of an R package; ``folder`` keeps the environment that reads it.

    Raises
    ------
    AbsentError
        The package's file is not there, or rdata could not be installed.
    """
    file = _there(PEERS / f"{name}.rda")
    python = folder / "rdata" / "bin" / "python"
    if not python.exists() and environment(folder / "rdata", ["rdata"]) is None:
        raise AbsentError(f"{name}.rda is there, but rdata could not be installed to read it")
    table = folder / f"{name}.csv"
    subprocess.run([str(python), "-c", _READ, str(file), str(table)], check=True)
    frame = pd.read_csv(table)
    dates = {"date": "date", "order_date": "date"}
    for column in dates.keys() & set(frame):  # R counts days from 1970
        frame[column] = pd.to_datetime(frame[column], unit="D")
    return frame.rename(columns=dates | {"cust": "account", "customer_id": "account"})


def histories(days: pd.DataFrame, end: str) -> pd.DataFrame:
    """Purchase histories up to a day, of order days."""
    until = pd.Timestamp(end)
    known = days.loc[days["date"] <= until, ["account", "date"]].drop_duplicates()
    known = known.sort_values(["account", "date"], kind="stable")
    known["gap"] = known.groupby("account")["date"].diff().dt.days
    grouped = known.groupby("account")
    at = grouped["date"].agg(first_order="min", last_order="max", order_days="size")
    at["gaps"] = at["order_days"] - 1
    logs = np.log(known["gap"])
    return purchase_histories(at.assign(gap_log_sum=logs.groupby(known["account"]).sum()), until)


def orders_between(days: pd.DataFrame, after: str, end: str) -> pd.Series:
    """Order days per account after a day, up to another."""
    within = days[(days["date"] > after) & (days["date"] <= end)].drop_duplicates()
    return within.groupby("account").size()


def transplants() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Days after a transplant (``T``, ``Status``), and what SAS LIFETEST says of them."""
    from statsmodels.duration import tests

    folder = Path(tests.__file__).parent / "results"
    rows = pd.read_csv(_there(folder / "bmt.csv"))
    return rows[rows["Group"] == "ALL"], pd.read_csv(folder / "bmt_results.csv")


def _there(file: Path) -> Path:
    if not file.exists():
        raise AbsentError(f"{file.name} is not there")
    return file
