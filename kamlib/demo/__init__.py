"""A fictional trading company with planted truth: default data set, test oracle and course case."""

from kamlib.demo.folder import write_demo

__all__ = ["write_demo"]
