"""Consent of a test: what a data set asks for beyond its folder is allowed, as a user would."""

from pathlib import Path

from kamlib.data.read.dataset import load_dataset
from kamlib.data.read.reach import allow, refused


def consented(folder: Path) -> Path:
    """The same data set; all that its description asks for as it is now is allowed."""
    dataset = load_dataset(folder)
    allow(dataset, refused(dataset))
    return folder
