"""A mixed-integer model, row by row, and HiGHS that solves it: nothing here knows what the columns mean, and
nothing else knows HiGHS. What is asked of it stands in choosing.py.

No start is handed over, though plans are at hand, and HiGHS's own presolve is off: with both, HiGHS 1.16 now
and then calls optimal what is not, or gives the start back beside another objective; with presolve alone some
models end in an error, and ours, cut down beforehand, take longer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import highspy
from highspy import _core

NO_LIMIT = highspy.kHighsInf
#: Of feasibility, in the model's own numbers.
TOLERANCE = 1e-9

OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "presolve": "off",
    "mip_allow_restart": False,  # a restart presolves
    "threads": 1,  # as fast here, and several requests may plan at once
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
    "mip_feasibility_tolerance": TOLERANCE,
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
}


@dataclass(frozen=True, slots=True)
class Solved:
    """Column values, none where nothing was found; what no solution betters; whether the search ended with
    the best, or with the finding that there is none.
    """

    values: tuple[float, ...]
    bound: float
    ended: bool
    empty: bool


@dataclass(slots=True)
class Model:
    """Columns from 0 up, rows as the model grows."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def column(self, upper: float, *, whole: bool = False) -> int:
        self.cost.append(0.0)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, low: float, high: float, entries: Iterable[tuple[int, float]]) -> None:
        for column, value in entries:
            self.index.append(column)
            self.value.append(value)
        self.start.append(len(self.index))
        self.low.append(low)
        self.high.append(high)

    def solve(self, *, maximise: bool, seconds: float) -> Solved:
        """Search until the best is proven or the seconds are over."""
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self.cost), len(self.low)
        program.col_lower_, program.col_upper_ = [0.0] * len(self.cost), self.upper
        program.col_cost_ = self.cost
        program.row_lower_, program.row_upper_ = self.low, self.high
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_ = self.start, self.index
        program.a_matrix_.value_ = self.value
        kinds = highspy.HighsVarType
        program.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self.whole]
        program.sense_ = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
        # highspy.Highs would write a banner to stdout, and its callbacks hold it in a cycle of references.
        highs = _core._Highs()
        for name, setting in OPTIONS.items():
            highs.setOptionValue(name, setting)
        highs.setOptionValue("time_limit", max(seconds, 0.0))
        highs.passModel(program)
        highs.run()
        info, status = highs.getInfo(), highs.getModelStatus()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        return Solved(
            tuple(highs.getSolution().col_value) if found else (),
            float(info.mip_dual_bound if any(self.whole) else info.objective_function_value),
            status == highspy.HighsModelStatus.kOptimal,
            status == highspy.HighsModelStatus.kInfeasible,
        )
