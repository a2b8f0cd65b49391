"""The lines of the half-year and year report in the order of the report codes KT01 to KT30: what each is
called, and which indicator fills it. What the market does not hold stands as a line of its own, to be filled
in by hand. Counting is in report.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from market.statistics.aggregates import Dimension
from market.words import Named, Words, t


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. ``figure``: the indicator, broken down by ``cut`` to the group ``of``; None: the
    market does not hold it. ``apart``: the unit where an indicator has several. ``flow`` figures grow over
    the year, the others are taken at the end of the period. ``reported``: it adds up what units, or officers
    of them, have stated; as long as none has, it is not zero but unknown.
    """

    code: str
    name: Named
    unit: Words
    figure: str | None = None
    cut: Dimension | None = None
    of: str = ""
    apart: str = ""
    flow: bool = False
    indented: bool = False
    reported: bool = False


_COOPERATIVES, _GROUPS, _PEOPLE = t("cooperatives"), t("groups"), t("people")
_HA, _TONNES, _MILLIONS, _SHARE = t("ha"), t("tonnes"), t("million đồng"), t("%")
_LINKS, _HOUSEHOLDS = t("agreements"), t("households")

ALL: tuple[Line, ...] = (
    Line("KT01", Named("Tổng số HTX", "Cooperatives"), _COOPERATIVES, "cooperatives"),
    Line("KT02", Named("HTX thành lập mới", "Cooperatives founded"), _COOPERATIVES, "cooperatives_founded",
         flow=True),
    Line("KT03", Named("HTX giải thể", "Cooperatives dissolved"), _COOPERATIVES, "cooperatives_dissolved",
         flow=True),
    Line("KT04", Named("HTX đang hoạt động", "Cooperatives operating"), _COOPERATIVES, "operating"),
    Line("KT05", Named("Tổng số THT", "Cooperative groups"), _GROUPS, "groups"),
    Line("KT06", Named("THT thành lập mới", "Groups founded"), _GROUPS, "groups_founded", flow=True),
    Line("KT07", Named("THT giải thể", "Groups dissolved"), _GROUPS, "groups_dissolved", flow=True),
    Line("KT08", Named("Số liên hiệp HTX", "Unions of cooperatives"), t("unions"), "unions"),
    Line("KT09", Named("Tổng số thành viên HTX", "Members of cooperatives"), _PEOPLE, "members", "kind",
         "cooperative"),
    Line("KT10", Named("Tổng số thành viên THT", "Members of groups"), _PEOPLE, "members", "kind", "group"),
    Line("KT11", Named("Lao động thường xuyên trong HTX", "Regular workers of cooperatives"), _PEOPLE,
         "workers", reported=True),
    Line("KT12", Named("Vốn điều lệ", "Charter capital"), _MILLIONS, "charter_capital",
         reported=True),
    Line("KT13", Named("Tổng nguồn vốn, tài sản", "Capital and assets"), _MILLIONS, "assets",
         reported=True),
    Line("KT14", Named("Doanh thu bình quân 1 HTX", "Average revenue of a cooperative"), _MILLIONS,
         "revenue_per_cooperative"),
    Line("KT15", Named("Lãi bình quân 1 HTX", "Average profit of a cooperative"), _MILLIONS,
         "profit_per_cooperative"),
    Line("KT16", Named("Thu nhập bình quân thành viên, lao động", "Average income"), _MILLIONS,
         "income_per_member"),
    Line("KT17", Named("Tỷ lệ cán bộ quản lý qua đào tạo", "Trained managers"), _SHARE,
         "trained_managers_share"),
    Line("KT18", Named("HTX được xếp loại", "Cooperatives rated"), _COOPERATIVES, "rated_cooperatives",
         reported=True),
    *(
        Line("KT18", Named(f"- {vi}", f"- {en}"), _COOPERATIVES, "rated_cooperatives", "rating", of,
             indented=True, reported=True)
        for of, vi, en in (("good", "Tốt", "Good"), ("fair", "Khá", "Fair"),
                           ("average", "Trung bình", "Average"), ("weak", "Yếu", "Weak"))
    ),
    Line("KT18", Named("Tỷ lệ HTX xếp loại tốt, khá", "Share rated good or fair"), _SHARE,
         "rated_good_share"),
    Line("KT19", Named("HTX sản xuất gắn với chuỗi giá trị", "Cooperatives in value chains"), _COOPERATIVES,
         "linked_cooperatives"),
    Line("KT19", Named("Tỷ lệ HTX có liên kết", "Share of cooperatives linked"), _SHARE, "linked_share"),
    Line("KT20", Named("HTX ứng dụng công nghệ cao", "High-technology cooperatives"), _COOPERATIVES,
         "high_tech_cooperatives"),
    Line("KT21", Named("Diện tích liên kết (gieo trồng)", "Linked area (sown)"), _HA, "linked_area",
         apart="ha"),
    Line("KT21", Named("Diện tích liên kết (đất)", "Linked area (land)"), _HA, "linked_area",
         apart="ha_land", indented=True),
    Line("KT21", Named("Diện tích liên kết (ao nuôi)", "Linked area (ponds)"), _HA, "linked_area",
         apart="ha_pond", indented=True),
    Line("KT22", Named("Sản lượng thỏa thuận trong kỳ", "Volume contracted in the period"), _TONNES,
         "contracted_volume", apart="kg", flow=True),
    Line("KT22", Named("Sản lượng đã giao trong kỳ", "Volume delivered in the period"), _TONNES,
         "delivered_volume", apart="kg", flow=True),
    Line("KT23", Named("Thỏa thuận đang thực hiện cuối kỳ", "Agreements in force at the end"), _LINKS,
         "links_in_force"),
    Line("KT23", Named("Thỏa thuận mới trong kỳ", "New agreements in the period"), _LINKS, "links_new",
         flow=True),
    Line("KT23", Named("Thỏa thuận kết thúc trong kỳ", "Agreements that ended in the period"), _LINKS,
         "links_ended", flow=True),
    Line("KT24", Named("Lượt hộ tham gia liên kết", "Households linked"), _HOUSEHOLDS, "linked_households"),
    Line("KT25", Named("Sản phẩm OCOP của HTX, THT", "OCOP products of cooperatives and groups"),
         t("products"), "ocop_products"),
    Line("KT26", Named("Số chủ thể OCOP", "Owners of OCOP products"), t("owners")),
    Line("KT27", Named("Diện tích có chứng nhận", "Certified area"), _HA, "certified_area"),
    Line("KT28", Named("Mã số vùng trồng, cơ sở nuôi", "Area and pond codes"), t("codes"), "area_codes"),
    Line("KT29", Named("Xã đạt tiêu chí 13 NTM", "Communes that meet criterion 13"), t("communes")),
    Line("KT30", Named("Giá trị hàng đã giao qua sàn", "Value of goods delivered through the market"),
         _MILLIONS, "delivered_value", flow=True),
    Line("KT30", Named("Giá trị thỏa thuận trong kỳ", "Value contracted in the period"), _MILLIONS,
         "contracted_value", flow=True, indented=True),
)  # fmt: skip
