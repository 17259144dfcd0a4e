"""The findings of checks, one sentence each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.checks import checked
from harness.errors import ArgumentError, NotMeasurable
from harness.host import one_line

Check = Callable[[], tuple[bool | None, str]]
"""Gives whether it holds (None where nothing is judged) and a sentence that says what was seen."""


@checked(ArgumentError)
@dataclass(frozen=True)
class Finding:
    """The finding of one check.

    Attributes:
        name: of the check.
        passed: None where something was measured and nothing is required of it.
        sentence: what was seen and, where it is wrong, what to do.
    """

    name: str
    passed: bool | None
    sentence: str

    def __str__(self) -> str:
        return f"{self.name}: {self.sentence}"


@checked(ArgumentError)
@dataclass(frozen=True)
class Report:
    """All findings on one model, stimulus set or benchmark.

    Attributes:
        of: what was checked.
        findings: in the order of the checks.
    """

    of: str
    findings: tuple[Finding, ...]

    @classmethod
    def running(cls, of: str, checks: Mapping[str, Check]) -> "Report":
        """Run checks one after the other. One that raises has failed, with what it raised as its sentence;
        what is not measurable is not judged."""
        return cls(of, tuple(_found(name, check) for name, check in checks.items()))

    @property
    def passed(self) -> bool:
        """Whether no check has failed."""
        return all(finding.passed is not False for finding in self.findings)

    @property
    def failures(self) -> tuple[Finding, ...]:
        """Findings of the checks that failed."""
        return tuple(finding for finding in self.findings if finding.passed is False)

    def assert_passed(self) -> None:
        """Raise AssertionError, with a line for each check that failed."""
        if not self.passed:
            raise AssertionError("\n".join([f"{self.of} fails its checks", *map(str, self.failures)]))

    def __getitem__(self, name: str) -> Finding:
        return next(finding for finding in self.findings if finding.name == name)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __str__(self) -> str:
        marks: dict[Any, str] = {True: "ok   ", False: "FAILS", None: "-    "}
        return "\n".join([self.of, *(f"  {marks[finding.passed]}  {finding}" for finding in self.findings)])


def _found(name: str, check: Check) -> Finding:
    try:
        return Finding(name, *check())
    except NotMeasurable as reason:
        return Finding(name, None, f"not measurable: {reason}")
    except Exception as error:  # whatever a plugin raises is what there is to say about it
        return Finding(name, False, one_line(error))
