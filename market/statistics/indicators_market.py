"""The indicators of the market: what is to be harvested, what is on sale, what is asked for and not found;
indicators.py puts them in line with the others.
"""

from __future__ import annotations

from market.statistics import rows_market, rows_supply, rows_unmet
from market.statistics.definition import GOODS, Count, CountDistinct, Indicator, Median, Ratio, Sum
from market.words import Named, t

SUPPLY_WITHOUT_OUTLET = Indicator(
    "supply_without_outlet",
    Named("Sản lượng chưa có đầu ra", "Supply without an outlet"),
    t(
        "What season plans expect of the harvests that begin within the period, less what agreements have "
        "taken of it, whether it was listed or not."
    ),
    "",
    "flow",
    rows_supply.plans,
    Sum("without"),
    "kg",
    "trade",
    apart=GOODS,
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
    apart=GOODS,
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
    apart=GOODS,
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
FIRST_REPLY_HOURS = Indicator(
    "first_reply_hours",
    Named("Thời gian trả lời đầu tiên", "Time to the first reply"),
    t(
        "How long sellers took to say something to the inquiries that buyers sent within the period and "
        "that had a reply by its last day; the middle value."
    ),
    "",
    "flow",
    rows_market.inquiries,
    Median("reply_seconds"),
    "hour",
    "trade",
    (("replied", (1,)),),
)
UNMET_SEARCHES = Indicator(
    "unmet_searches",
    Named("Lượt tìm không có hàng", "Searches that found too little"),
    t(
        "Searches within the period that found nothing, or fewer than three listings. Shown from five "
        "searches up and tied to nobody."
    ),
    "",
    "flow",
    rows_unmet.searches,
    CountDistinct(),
    "search",
    "searches",
)
UNMET_VOLUME = Indicator(
    "unmet_volume",
    Named("Nhu cầu chưa đáp ứng", "Unmet demand"),
    t(
        "Volume of inquiries that nobody answered in time, and what was left unfilled of demands that "
        "ended, within the period. Shown from three buyers up."
    ),
    "",
    "flow",
    rows_unmet.volumes,
    Sum("volume"),
    "kg",
    "needs",
    apart=GOODS,
)

ALL = (
    SUPPLY_WITHOUT_OUTLET,
    LISTINGS_PUBLISHED,
    LISTED_VOLUME,
    AVAILABLE_VOLUME,
    INQUIRIES_SENT,
    INQUIRIES_MATCHED,
    MATCH_RATE,
    FIRST_REPLY_HOURS,
    UNMET_SEARCHES,
    UNMET_VOLUME,
)
