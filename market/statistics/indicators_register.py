"""The indicators of the register: who there is, how units are rated and certified, who of them trades and is
linked. All are public; indicators.py puts them in line with the others.
"""

from __future__ import annotations

from market.statistics import rows_certificates, rows_register
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
OPERATING = Indicator(
    "operating",
    Named("Hợp tác xã đang hoạt động", "Cooperatives operating"),
    t(
        "Cooperatives of the register whose status was operating on the last day; the others are "
        "suspended or stopped."
    ),
    "KT04",
    "stock",
    rows_register.units,
    Count(),
    "cooperative",
    "register",
    (("kind", ("cooperative",)), ("state", ("active",))),
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
COOPERATIVES_FOUNDED = Indicator(
    "cooperatives_founded",
    Named("Hợp tác xã thành lập mới", "Cooperatives founded"),
    t("Cooperatives that were founded within the period, as far as the register knows the day."),
    "KT02",
    "flow",
    rows_register.turns,
    Count(),
    "cooperative",
    "register",
    (("kind", ("cooperative",)), ("founded", (1,))),
)
COOPERATIVES_DISSOLVED = Indicator(
    "cooperatives_dissolved",
    Named("Hợp tác xã giải thể", "Cooperatives dissolved"),
    t("Cooperatives that were dissolved within the period."),
    "KT03",
    "flow",
    rows_register.turns,
    Count(),
    "cooperative",
    "register",
    (("kind", ("cooperative",)), ("dissolved", (1,))),
)
GROUPS_FOUNDED = Indicator(
    "groups_founded",
    Named("Tổ hợp tác thành lập mới", "Groups founded"),
    t("Cooperative groups that were founded within the period, as far as the register knows the day."),
    "KT06",
    "flow",
    rows_register.turns,
    Count(),
    "group",
    "register",
    (("kind", ("group",)), ("founded", (1,))),
)
GROUPS_DISSOLVED = Indicator(
    "groups_dissolved",
    Named("Tổ hợp tác giải thể", "Groups dissolved"),
    t("Cooperative groups that were dissolved within the period."),
    "KT07",
    "flow",
    rows_register.turns,
    Count(),
    "group",
    "register",
    (("kind", ("group",)), ("dissolved", (1,))),
)
RATED_COOPERATIVES = Indicator(
    "rated_cooperatives",
    Named("Hợp tác xã được xếp loại", "Cooperatives rated"),
    t(
        "Cooperatives that stand in one of the four classes of Circular 01/2020/TT-BKHĐT for the latest "
        "year in which any was rated."
    ),
    "KT18",
    "stock",
    rows_register.ratings,
    Count(),
    "cooperative",
    "register",
    (("is_rated", (1,)),),
)
_RATED_GOOD = Indicator(
    "rated_good",
    Named("Hợp tác xã xếp loại tốt, khá", "Cooperatives rated good or fair"),
    t("Cooperatives rated good or fair for the latest year in which any was rated."),
    "KT18",
    "stock",
    rows_register.ratings,
    Count(),
    "cooperative",
    "register",
    (("is_good", (1,)),),
)
RATED_GOOD_SHARE = Indicator(
    "rated_good_share",
    Named("Tỷ lệ hợp tác xã xếp loại tốt, khá", "Share rated good or fair"),
    t("Cooperatives rated good or fair over all that were rated, for the latest year in which any was."),
    "KT18",
    "stock",
    rows_register.ratings,
    Ratio(_RATED_GOOD, RATED_COOPERATIVES),
    "share",
    "register",
)
PILOT_COOPERATIVES = Indicator(
    "pilot_cooperatives",
    Named("Hợp tác xã làm điểm", "Model units"),
    t("Units that were a model for a field on the last day, counted once for each field."),
    "",
    "stock",
    rows_register.pilots,
    Count(),
    "unit",
    "register",
)
LINKED_COOPERATIVES = Indicator(
    "linked_cooperatives",
    Named("Hợp tác xã có liên kết", "Linked cooperatives"),
    t(
        "Cooperatives that sell by an agreement which, on some day of the period, was in force, covered "
        "more "
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
OCOP_PRODUCTS = Indicator(
    "ocop_products",
    Named("Sản phẩm OCOP của đơn vị", "OCOP products of units"),
    t(
        "Products with OCOP stars that the department has verified and that were valid on the last day; "
        "of collective units alone, most OCOP products being other people's."
    ),
    "KT25, KT26",
    "stock",
    rows_certificates.products,
    Count(),
    "product",
    "register",
    (("state", ("verified",)),),
)
CERTIFIED_AREA = Indicator(
    "certified_area",
    Named("Diện tích có chứng nhận", "Certified area"),
    t(
        "Hectares under certificates that the department has verified and that were valid on the last "
        "day; codes of areas are no certificates."
    ),
    "KT27",
    "stock",
    rows_certificates.papers,
    Sum("area_m2"),
    "ha",
    "register",
    (("state", ("verified",)), ("is_code", (0,))),
)
CERTIFIED_COOPERATIVES = Indicator(
    "certified_cooperatives",
    Named("Hợp tác xã có chứng nhận", "Certified cooperatives"),
    t(
        "Cooperatives covered by a certificate that the department has verified and that was valid on the "
        "last day."
    ),
    "",
    "stock",
    rows_certificates.holders,
    CountDistinct(),
    "cooperative",
    "register",
    (("state", ("verified",)),),
)
AREA_CODES = Indicator(
    "area_codes",
    Named("Mã số vùng trồng, cơ sở nuôi", "Area and pond codes"),
    t(
        "Codes of growing areas and of aquaculture farms that the department has verified and that were "
        "valid on the last day."
    ),
    "KT28",
    "stock",
    rows_certificates.papers,
    Count(),
    "code",
    "register",
    (("state", ("verified",)), ("is_code", (1,))),
)
CERTIFICATES_CLAIMED = Indicator(
    "certificates_claimed",
    Named("Chứng nhận mới khai, chờ xác minh", "Certificates claimed"),
    t(
        "Papers that units have claimed and the department had not yet verified on the last day; they are "
        "in none of the other figures."
    ),
    "",
    "stock",
    rows_certificates.papers,
    Count(),
    "paper",
    "register",
    (("state", ("claimed",)),),
)

ALL = (
    COOPERATIVES,
    GROUPS,
    UNIONS,
    OPERATING,
    MEMBERS,
    COOPERATIVES_FOUNDED,
    COOPERATIVES_DISSOLVED,
    GROUPS_FOUNDED,
    GROUPS_DISSOLVED,
    RATED_COOPERATIVES,
    RATED_GOOD_SHARE,
    PILOT_COOPERATIVES,
    LINKED_COOPERATIVES,
    LINKED_SHARE,
    TRADING_COOPERATIVES,
    OCOP_PRODUCTS,
    CERTIFIED_AREA,
    CERTIFIED_COOPERATIVES,
    AREA_CODES,
    CERTIFICATES_CLAIMED,
)
