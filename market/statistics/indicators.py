"""The definitions of all indicators: one entry each, in the order in which pages show them. A new one of the
glossary's table is an entry here, and a SELECT in rows_*.py where no rows yet hold what it counts.

What is public (rule 6): the register's counts, the cooperatives that trade or are linked among them (an
official figure since 2021, shown as a number of cooperatives, never of deals), and how many listings stand
open for everybody to read. Everything that tells of volumes, values, inquiries or agreements is a trade
figure.
"""

from __future__ import annotations

from market.errors import Invalid
from market.statistics import rows_market, rows_register, rows_trade
from market.statistics.definition import Count, CountDistinct, Indicator, Ratio, Sum
from market.words import Named, t

COOPERATIVES = Indicator(
    "cooperatives",
    Named("Hợp tác xã", "Cooperatives"),
    t("Cooperatives confirmed in the register and not dissolved, on the last day."),
    "KT01",
    "stock",
    rows_register.units,
    Count(),
    "cooperative",
    "register",
    (("kind", ("cooperative",)),),
)
GROUPS = Indicator(
    "groups",
    Named("Tổ hợp tác", "Cooperative groups"),
    t("Cooperative groups confirmed in the register and not dissolved, on the last day."),
    "KT05",
    "stock",
    rows_register.units,
    Count(),
    "group",
    "register",
    (("kind", ("group",)),),
)
UNIONS = Indicator(
    "unions",
    Named("Liên hiệp hợp tác xã", "Unions of cooperatives"),
    t("Unions of cooperatives confirmed in the register and not dissolved, on the last day."),
    "KT08",
    "stock",
    rows_register.units,
    Count(),
    "union",
    "register",
    (("kind", ("union",)),),
)
MEMBERS = Indicator(
    "members",
    Named("Thành viên", "Members"),
    t("Official and associate members of all these units, as each last reported them by the last day."),
    "KT09, KT10",
    "stock",
    rows_register.units,
    Sum("members"),
    "person",
    "register",
)
LINKED_COOPERATIVES = Indicator(
    "linked_cooperatives",
    Named("Hợp tác xã có liên kết", "Linked cooperatives"),
    t(
        "Cooperatives that sell by an agreement which, on some day of the period, was in force, covered more "
        "than the sale alone (a form of Decree 98/2018) and had a written contract. Without a period: "
        "on the day."
    ),
    "KT19",
    "stock",
    rows_register.traders,
    CountDistinct(),
    "cooperative",
    "register",
    (("linked", (1,)),),
)
LINKED_SHARE = Indicator(
    "linked_share",
    Named("Tỷ lệ hợp tác xã có liên kết", "Share of cooperatives linked"),
    t("Linked cooperatives over all cooperatives."),
    "KT19",
    "stock",
    rows_register.traders,
    Ratio(LINKED_COOPERATIVES, COOPERATIVES),
    "share",
    "register",
)
TRADING_COOPERATIVES = Indicator(
    "trading_cooperatives",
    Named("Hợp tác xã có giao dịch", "Trading cooperatives"),
    t(
        "Cooperatives that sell by any agreement in force on some day of the period. "
        "Without a period: on the day."
    ),
    "",
    "stock",
    rows_register.traders,
    CountDistinct(),
    "cooperative",
    "register",
)
LINKS_IN_FORCE = Indicator(
    "links_in_force",
    Named("Thỏa thuận đang thực hiện", "Agreements in force"),
    t("Agreements in force on the last day, linkages and single sales alike."),
    "KT23",
    "stock",
    rows_trade.links,
    Count(),
    "link",
    "trade",
    (("in_force", (1,)),),
)
LINKS_NEW = Indicator(
    "links_new",
    Named("Thỏa thuận mới", "New agreements"),
    t(
        "Agreements that came into force within the period; a provisional one counts from the day "
        "it is active."
    ),
    "KT23",
    "flow",
    rows_trade.links,
    Count(),
    "link",
    "trade",
    (("is_new", (1,)),),
)
CONTRACTED_VOLUME = Indicator(
    "contracted_volume",
    Named("Sản lượng thỏa thuận", "Contracted volume"),
    t("Volume of the agreements that came into force within the period, with the amendments made in it."),
    "KT22",
    "flow",
    rows_trade.links,
    Sum("volume"),
    "kg",
    "trade",
    (("is_new", (1,)),),
)
CONTRACTED_VALUE = Indicator(
    "contracted_value",
    Named("Giá trị thỏa thuận", "Contracted value"),
    t("Value of the goods in these agreements; wages for work on the buyer's material are not added."),
    "KT30",
    "flow",
    rows_trade.links,
    Sum("value"),
    "VND",
    "trade",
    (("is_new", (1,)),),
)
DELIVERED_VOLUME = Indicator(
    "delivered_volume",
    Named("Sản lượng đã giao", "Delivered volume"),
    t(
        "Accepted volume of the deliveries made within the period that the other side or an officer "
        "has confirmed."
    ),
    "KT22",
    "flow",
    rows_trade.deliveries,
    Sum("accepted"),
    "kg",
    "trade",
)
DELIVERED_VALUE = Indicator(
    "delivered_value",
    Named("Giá trị đã giao", "Delivered value"),
    t("Value of the goods in these deliveries; wages for work on the buyer's material are not added."),
    "KT30",
    "flow",
    rows_trade.deliveries,
    Sum("value"),
    "VND",
    "trade",
)
#: The two sides of ``fulfilment``; not shown by themselves.
_JUDGED_DELIVERED = Indicator(
    "judged_delivered",
    Named("Đã giao của thỏa thuận đã kết thúc", "Delivered of ended agreements"),
    t("What was delivered of the season and linkage agreements that ended within the period."),
    "",
    "flow",
    rows_trade.links,
    Sum("delivered"),
    "kg",
    "trade",
    (("judged", (1,)),),
)
_JUDGED_CONTRACTED = Indicator(
    "judged_contracted",
    Named("Sản lượng của thỏa thuận đã kết thúc", "Contracted of ended agreements"),
    t("What was contracted in the season and linkage agreements that ended within the period."),
    "",
    "flow",
    rows_trade.links,
    Sum("volume"),
    "kg",
    "trade",
    (("judged", (1,)),),
)
FULFILMENT = Indicator(
    "fulfilment",
    Named("Tỷ lệ thực hiện thỏa thuận", "Fulfilment"),
    t(
        "Delivered over contracted volume of the season and linkage agreements that ended within the "
        "period; those that ended by force majeure are left out."
    ),
    "",
    "flow",
    rows_trade.links,
    Ratio(_JUDGED_DELIVERED, _JUDGED_CONTRACTED),
    "share",
    "trade",
)
LISTINGS_PUBLISHED = Indicator(
    "listings_published",
    Named("Tin đang chào bán", "Listings published"),
    t("Listings that stood published on the last day."),
    "",
    "stock",
    rows_market.listings,
    Count(),
    "listing",
    "register",
)
LISTED_VOLUME = Indicator(
    "listed_volume",
    Named("Sản lượng chào bán", "Listed volume"),
    t("Volume of the lots under published listings whose days of sale had not ended, losses taken off."),
    "",
    "stock",
    rows_market.lots,
    Sum("listed"),
    "kg",
    "trade",
)
AVAILABLE_VOLUME = Indicator(
    "available_volume",
    Named("Sản lượng còn bán được", "Volume still for sale"),
    t("What these lots still held on the last day after all that agreements had taken."),
    "",
    "stock",
    rows_market.lots,
    Sum("available"),
    "kg",
    "trade",
)
INQUIRIES_SENT = Indicator(
    "inquiries_sent",
    Named("Lượt hỏi mua", "Inquiries sent"),
    t("Inquiries that buyers sent within the period."),
    "",
    "flow",
    rows_market.inquiries,
    Count(),
    "inquiry",
    "trade",
    (("sent", (1,)),),
)
INQUIRIES_MATCHED = Indicator(
    "inquiries_matched",
    Named("Hỏi mua thành thỏa thuận", "Inquiries matched"),
    t("Inquiries that became an agreement within the period, whenever they were sent."),
    "",
    "flow",
    rows_market.inquiries,
    Count(),
    "inquiry",
    "trade",
    (("matched", (1,)),),
)
_CAME_TRUE = Indicator(
    "came_true",
    Named("Hỏi mua trong kỳ đã thành thỏa thuận", "Inquiries of the period matched"),
    t("Inquiries sent within the period that had become an agreement by its last day."),
    "",
    "flow",
    rows_market.inquiries,
    Count(),
    "inquiry",
    "trade",
    (("came_true", (1,)),),
)
MATCH_RATE = Indicator(
    "match_rate",
    Named("Tỷ lệ hỏi mua thành công", "Match rate"),
    t("Of the inquiries sent within the period, the share that had become an agreement by its last day."),
    "",
    "flow",
    rows_market.inquiries,
    Ratio(_CAME_TRUE, INQUIRIES_SENT),
    "share",
    "trade",
)

ALL = (
    COOPERATIVES,
    GROUPS,
    UNIONS,
    MEMBERS,
    LINKED_COOPERATIVES,
    LINKED_SHARE,
    TRADING_COOPERATIVES,
    LINKS_IN_FORCE,
    LINKS_NEW,
    CONTRACTED_VOLUME,
    CONTRACTED_VALUE,
    DELIVERED_VOLUME,
    DELIVERED_VALUE,
    FULFILMENT,
    LISTINGS_PUBLISHED,
    LISTED_VOLUME,
    AVAILABLE_VOLUME,
    INQUIRIES_SENT,
    INQUIRIES_MATCHED,
    MATCH_RATE,
)
BY_CODE = {indicator.code: indicator for indicator in ALL}


def find(code: str) -> Indicator | None:
    """The indicator with this code."""
    return BY_CODE.get(code)


def get(code: str) -> Indicator:
    """The indicator with this code; refuses Invalid, naming those there are."""
    indicator = find(code)
    if indicator is None:
        raise Invalid(
            t("“{typed}” is no figure: choose of {codes}.", typed=code[:60], codes=", ".join(BY_CODE)),
            field="indicator",
        )
    return indicator
