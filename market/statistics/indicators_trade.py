"""The indicators of trade: agreements and deliveries, area and households, outlets, durability. All are trade
figures in the sense of rule 6; indicators.py puts them in line with the others.
"""

from __future__ import annotations

from market.statistics import rows_force, rows_official, rows_trade
from market.statistics.definition import AREAS, GOODS, Count, CountDistinct, Indicator, Median, Ratio, Sum
from market.words import Named, t

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
LINKS_ENDED = Indicator(
    "links_ended",
    Named("Thỏa thuận đã kết thúc", "Agreements ended"),
    t("Agreements that ended within the period: fulfilled, short, or ended early."),
    "KT23",
    "flow",
    rows_trade.links,
    Count(),
    "link",
    "trade",
    (("ended", (1,)),),
)
LINKS_PROVISIONAL = Indicator(
    "links_provisional",
    Named("Thỏa thuận chờ hiệu lực", "Agreements provisional"),
    t("Agreements that waited for a deposit, a contract or an authority on the last day."),
    "KT23",
    "stock",
    rows_trade.links,
    Count(),
    "link",
    "trade",
    (("provisional", (1,)),),
)
LINKS_LAPSED = Indicator(
    "links_lapsed",
    Named("Thỏa thuận không thành", "Agreements lapsed"),
    t("Agreements that lapsed within the period because what they waited for did not come."),
    "KT23",
    "flow",
    rows_trade.links,
    Count(),
    "link",
    "trade",
    (("lapsed", (1,)),),
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
    apart=GOODS,
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
    apart=GOODS,
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
    apart=GOODS,
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
    apart=GOODS,
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
LINKED_AREA = Indicator(
    "linked_area",
    Named("Diện tích liên kết", "Linked area"),
    t(
        "Area under agreements in force on some day of the period that had a form of Decree 98/2018 and a "
        "contract. Sown area, land and ponds are never added up. Without a period: on the day."
    ),
    "KT21",
    "stock",
    rows_force.links,
    Sum("area_m2"),
    "ha",
    "trade",
    (("linked", (1,)),),
    apart=AREAS,
)
LINKED_HOUSEHOLDS = Indicator(
    "linked_households",
    Named("Lượt hộ tham gia liên kết", "Households linked"),
    t("Households that take part in these agreements; one in two agreements counts twice."),
    "KT24",
    "stock",
    rows_force.links,
    Sum("households"),
    "household",
    "trade",
    (("linked", (1,)),),
)
#: Not shown by itself: the volume of what ``linked_area`` counts the area of.
_LINKED_VOLUME = Indicator(
    "linked_volume",
    Named("Sản lượng liên kết", "Linked volume"),
    t("Volume of the agreements with a form and a contract that were in force on some day of the period."),
    "",
    "flow",
    rows_force.links,
    Sum("volume"),
    "kg",
    "trade",
    (("linked", (1,)),),
    apart=GOODS,
)
_ALL_AREA = Indicator(
    "all_area",
    Named("Diện tích chung", "Area of all"),
    t("The area that was published for precisely this place, sector, product and these days."),
    "",
    "flow",
    rows_official.areas,
    Sum("amount"),
    "ha",
    "trade",
    apart=AREAS,
    exact=True,
)
_ALL_OUTPUT = Indicator(
    "all_output",
    Named("Sản lượng chung", "Output of all"),
    t("The output that was published for precisely this place, sector, product and these days."),
    "",
    "flow",
    rows_official.outputs,
    Sum("amount"),
    "kg",
    "trade",
    apart=GOODS,
    exact=True,
)
AREA_LINKAGE_RATE = Indicator(
    "area_linkage_rate",
    Named("Tỷ lệ diện tích liên kết", "Share of the area linked"),
    t(
        "Linked area over the area that was published with its source for precisely the same place, days, "
        "sector and product: sown over sown, never ponds over land. Without such a number there is no rate."
    ),
    "KT21",
    "flow",
    rows_force.links,
    Ratio(LINKED_AREA, _ALL_AREA),
    "share",
    "trade",
)
OUTPUT_LINKAGE_RATE = Indicator(
    "output_linkage_rate",
    Named("Tỷ lệ sản lượng liên kết", "Share of the output linked"),
    t(
        "Volume of linkages in force on some day of the period over the output that was published with its "
        "source for precisely the same place, days, sector and product. Without such a number there is no "
        "rate."
    ),
    "KT22",
    "flow",
    rows_force.links,
    Ratio(_LINKED_VOLUME, _ALL_OUTPUT),
    "share",
    "trade",
)
_RENEWED = Indicator(
    "links_renewed",
    Named("Thỏa thuận được tái ký", "Agreements renewed"),
    t("Agreements that ended within the period and had been renewed by its last day."),
    "",
    "flow",
    rows_trade.links,
    Count(),
    "link",
    "trade",
    (("renewed", (1,)),),
)
RENEWAL_RATE = Indicator(
    "renewal_rate",
    Named("Tỷ lệ tái ký", "Renewal rate"),
    t("Of the agreements that ended within the period, the share that had been renewed by its last day."),
    "",
    "flow",
    rows_trade.links,
    Ratio(_RENEWED, LINKS_ENDED),
    "share",
    "trade",
)
LINK_SEASONS = Indicator(
    "link_seasons",
    Named("Số vụ một chuỗi giữ được", "Seasons kept by a chain"),
    t(
        "For the agreements in force on the last day, how many there have been in a row between the same "
        "two sides, each renewing the one before; the middle value."
    ),
    "",
    "stock",
    rows_trade.links,
    Median("season_no"),
    "season",
    "trade",
    (("in_force", (1,)),),
)
OUTLET_VOLUME = Indicator(
    "outlet_volume",
    Named("Sản lượng theo đầu ra", "Volume by outlet"),
    t("Delivered and confirmed volume of the period, by the kind of buyer and where the goods go."),
    "",
    "flow",
    rows_trade.deliveries,
    Sum("accepted"),
    "kg",
    "trade",
    apart=GOODS,
)
BUYERS_ACTIVE = Indicator(
    "buyers_active",
    Named("Bên mua đang giao dịch", "Active buyers"),
    t("Buyers with an agreement in force on some day of the period. Without a period: on the day."),
    "",
    "stock",
    rows_force.buyers,
    CountDistinct(),
    "buyer",
    "trade",
)
_DIRECT = Indicator(
    "direct_volume",
    Named("Sản lượng bán thẳng", "Volume sold directly"),
    t("Delivered and confirmed volume of the period that no collector or depot bought."),
    "",
    "flow",
    rows_trade.deliveries,
    Sum("accepted"),
    "kg",
    "trade",
    (("direct", (1,)),),
    apart=GOODS,
)
DIRECT_SHARE = Indicator(
    "direct_share",
    Named("Tỷ lệ bán không qua trung gian", "Share sold directly"),
    t("Of the delivered and confirmed volume of the period, the share that no collector or depot bought."),
    "",
    "flow",
    rows_trade.deliveries,
    Ratio(_DIRECT, OUTLET_VOLUME),
    "share",
    "trade",
)

ALL = (
    LINKS_IN_FORCE,
    LINKS_NEW,
    LINKS_ENDED,
    LINKS_PROVISIONAL,
    LINKS_LAPSED,
    CONTRACTED_VOLUME,
    CONTRACTED_VALUE,
    DELIVERED_VOLUME,
    DELIVERED_VALUE,
    FULFILMENT,
    LINKED_AREA,
    LINKED_HOUSEHOLDS,
    AREA_LINKAGE_RATE,
    OUTPUT_LINKAGE_RATE,
    RENEWAL_RATE,
    LINK_SEASONS,
    OUTLET_VOLUME,
    BUYERS_ACTIVE,
    DIRECT_SHARE,
)
