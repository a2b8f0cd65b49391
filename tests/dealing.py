"""Which cases of a test run on which profile, and in what order: for conftest.py."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pytest

from tests.profiles import NAMES


def deal(items: list[pytest.Item]) -> None:
    """Where a test has several cases, they are dealt out over the profiles: the test runs on each, a case on
    one, and on the others in `make soak`. What must run whole is marked ``every_case``.
    """
    cases: dict[str, dict[str, int]] = {}
    dealt = [item for item in items if isinstance(item, pytest.Function) and not _is_whole(item)]
    for item in dealt:
        known = cases.setdefault(_test(item), {})
        known.setdefault(_case(item), len(known))
    for item in dealt:
        known = cases[_test(item)]
        at = NAMES.index(str(_parameters(item)["profile"]))
        if len(known) > 1 and at != known[_case(item)] % len(NAMES):
            item.add_marker(pytest.mark.soak)


def order(items: list[pytest.Item]) -> None:
    """Let nobody wait: each test process begins with its own stretch of the tests, so the first two make the
    demo of one profile each, which its tests in the others would wait for; what takes long comes before what
    does not, and what needs both demos last.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    stretches: list[list[pytest.Item]] = [[] for _ in range(processes)]
    long, last, rest = [], [], []
    for item in items:
        folder = item.nodeid.split("/")[1]
        if folder == "demo" and (profile := _parameters(item).get("profile")):
            stretches[NAMES.index(str(profile)) % processes].append(item)
        elif folder == "demo":
            last.append(item)
        elif item.get_closest_marker("long"):
            long.append(item)
        else:
            rest.append(item)
    for at, item in enumerate(long):
        stretches[-1 - at % processes].append(item)
    each = len(items) // processes
    for stretch in stretches[:-1]:
        missing = max(each - len(stretch), 0)
        stretch += rest[:missing]
        del rest[:missing]
    stretches[-1] += rest + last
    items[:] = [item for stretch in stretches for item in stretch]


def _parameters(item: pytest.Item) -> Mapping[str, Any]:
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


def _is_whole(item: pytest.Function) -> bool:
    marked = any(item.get_closest_marker(name) for name in ("soak", "every_case", "profiles"))
    return marked or "profile" not in _parameters(item)


def _test(item: pytest.Function) -> str:
    return item.nodeid.partition("[")[0]


def _case(item: pytest.Function) -> str:
    """A test's parameters but for the profile, as they stand in its name."""
    parts = item.callspec.id.split("-")
    parts.remove(str(_parameters(item)["profile"]))
    return "-".join(parts)
