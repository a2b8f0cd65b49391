"""The indicators of what units report of themselves: capital, people, money, high technology. "Latest" is the
return of the latest year that had ended by the period's last day. Capital and high technology are of the
register; what a unit says of its own business is hidden where fewer than three stand behind it.
"""

from __future__ import annotations

from market.statistics import rows_returns
from market.statistics.definition import Access, Count, Indicator, Measure, Ratio, Sum
from market.words import Named, Words, t

_COOPERATIVE = ("kind", ("cooperative",))


def _make(
    code: str,
    vi: str,
    en: str,
    meaning: Words,
    source: str,
    measure: Measure,
    unit: str,
    *where: tuple[str, tuple[object, ...]],
    access: Access = "books",
) -> Indicator:
    return Indicator(
        code,
        Named(vi, en),
        meaning,
        source,
        "stock",
        rows_returns.books,
        measure,
        unit,
        access,
        where,
    )


def _mean(code: str, vi: str, en: str, meaning: Words, source: str, item: str) -> Indicator:
    """The mean of an item over the cooperatives that said it in their latest return."""
    said = (_COOPERATIVE, (f"has_{item}", (1,)))
    over = _make(f"{code}_sum", vi, en, meaning, source, Sum(item), "VND", *said)
    under = _make(f"{code}_count", vi, en, meaning, source, Count(), "cooperative", *said)
    return _make(code, vi, en, meaning, source, Ratio(over, under), "VND")


def _share(code: str, vi: str, en: str, meaning: Words, source: str, part: str, whole: str) -> Indicator:
    """What a part comes to of its whole, over the cooperatives that said both."""
    said = (_COOPERATIVE, (f"has_{part}", (1,)))
    over = _make(f"{code}_part", vi, en, meaning, source, Sum(part), "share", *said)
    under = _make(f"{code}_whole", vi, en, meaning, source, Sum(whole), "share", *said)
    return _make(code, vi, en, meaning, source, Ratio(over, under), "share")


CHARTER_CAPITAL = _make(
    "charter_capital",
    "Vốn điều lệ",
    "Charter capital",
    t("Charter capital of all units of the register, as each last registered it by the last day."),
    "KT12",
    Sum("capital"),
    "VND",
    ("has_capital", (1,)),
    access="register",
)
WORKERS = _make(
    "workers",
    "Lao động thường xuyên",
    "Regular workers",
    t("Regular workers of all units of the register, by the latest yearly return of each."),
    "KT11",
    Sum("workers"),
    "person",
    ("has_workers", (1,)),
)
ASSETS = _make(
    "assets",
    "Tổng nguồn vốn, tài sản",
    "Total capital and assets",
    t("Total capital and assets of all units of the register, by the latest yearly return of each."),
    "KT13",
    Sum("assets"),
    "VND",
    ("has_assets", (1,)),
)
REVENUE_PER_COOPERATIVE = _mean(
    "revenue_per_cooperative",
    "Doanh thu bình quân một hợp tác xã",
    "Revenue per cooperative",
    t("Revenue of a year over the cooperatives that said it, by the latest yearly return of each."),
    "KT14",
    "revenue",
)
REVENUE_WITH_MEMBERS_SHARE = _share(
    "revenue_with_members_share",
    "Tỷ lệ doanh thu với thành viên",
    "Share of revenue with members",
    t(
        "Revenue with members over all revenue of the cooperatives that said both, by the latest yearly "
        "return of each."
    ),
    "KT14",
    "member_revenue",
    "all_revenue",
)
PROFIT_PER_COOPERATIVE = _mean(
    "profit_per_cooperative",
    "Lãi bình quân một hợp tác xã",
    "Profit per cooperative",
    t(
        "Profit of a year, losses taken off, over the cooperatives that said it, by the latest yearly return "
        "of each."
    ),
    "KT15",
    "profit",
)
INCOME_PER_MEMBER = _mean(
    "income_per_member",
    "Thu nhập bình quân thành viên",
    "Income per member",
    t(
        "Income of a member in a year: the mean over the cooperatives that said it, by the latest yearly "
        "return of each."
    ),
    "KT16",
    "member_income",
)
INCOME_PER_WORKER = _mean(
    "income_per_worker",
    "Thu nhập bình quân lao động",
    "Income per worker",
    t(
        "Income of a worker in a year: the mean over the cooperatives that said it, by the latest yearly "
        "return of each."
    ),
    "KT16",
    "worker_income",
)
TRAINED_MANAGERS_SHARE = _share(
    "trained_managers_share",
    "Tỷ lệ cán bộ quản lý qua đào tạo",
    "Share of managers trained",
    t(
        "Trained managers over all managers of the cooperatives that said both, by the latest yearly return "
        "of each."
    ),
    "KT17",
    "trained_managers",
    "all_managers",
)
HIGH_TECH_COOPERATIVES = _make(
    "high_tech_cooperatives",
    "Hợp tác xã ứng dụng công nghệ cao",
    "High-technology cooperatives",
    t("Cooperatives of which the register says that they worked with high technology on the last day."),
    "KT20",
    Count(),
    "cooperative",
    _COOPERATIVE,
    ("high_tech", (1,)),
    access="register",
)

ALL = (
    CHARTER_CAPITAL,
    WORKERS,
    ASSETS,
    REVENUE_PER_COOPERATIVE,
    REVENUE_WITH_MEMBERS_SHARE,
    PROFIT_PER_COOPERATIVE,
    INCOME_PER_MEMBER,
    INCOME_PER_WORKER,
    TRAINED_MANAGERS_SHARE,
    HIGH_TECH_COOPERATIVES,
)
