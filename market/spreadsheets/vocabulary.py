"""The words of the files: a code, the Vietnamese word that is written for it, and the others that are taken.
They belong to the format and are the same in every language of the pages, so they stand here and not among
the translations. What the catalogue names (fields, sectors, products) is in lookups.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from market.errors import Invalid
from market.spreadsheets import cells
from market.spreadsheets.reading import Cell
from market.words import t
from search import vietnamese


@dataclass(slots=True)
class Choices:
    """Codes with their words, the written one first; any case and accents are taken, and the code itself."""

    words: Mapping[str, tuple[str, ...]]
    _known: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._known = {}
        for code, spelt in self.words.items():
            for word in (code, *spelt):
                self._known.setdefault(vietnamese.fold(word), code)

    def read(self, cell: Cell) -> str:
        """The code meant; refuses with the words that may be chosen."""
        found = self._known.get(vietnamese.fold(cells.plain(cell)))
        if found is None:
            known = ", ".join(spelt[0] for spelt in self.words.values())
            raise Invalid(t("This is none of: {known}.", known=known))
        return found

    def write(self, code: str | None, *, people: bool) -> str | None:
        """The word for people, the code for programs."""
        if code is None or not people:
            return code
        return self.words[code][0] if code in self.words else code

    def write_all(self, codes: Iterable[str], *, people: bool) -> str:
        """Several, as ``cells.several`` reads them."""
        return "; ".join(self.write(code, people=people) or "" for code in codes)


FORMS = Choices(
    {
        "cooperative": ("HTX", "Hợp tác xã"),
        "group": ("THT", "Tổ hợp tác"),
        "union": ("LHHTX", "Liên hiệp hợp tác xã", "Liên hiệp HTX", "LH HTX"),
    }
)
STATUSES = Choices(
    {
        "active": ("Đang hoạt động", "Hoạt động"),
        "suspended": ("Tạm ngừng", "Tạm ngừng hoạt động", "Tạm ngưng", "Tạm dừng"),
        "stopped": ("Ngừng hoạt động", "Ngưng hoạt động", "Ngừng", "Không hoạt động"),
        "dissolved": ("Đã giải thể", "Giải thể"),
    }
)
RATINGS = Choices(
    {
        "good": ("Tốt",),
        "fair": ("Khá",),
        "average": ("Trung bình", "TB"),
        "weak": ("Yếu", "Kém"),
        "unrated": ("Chưa xếp loại", "Không xếp loại"),
    }
)
BUYER_KINDS = Choices(
    {
        "collector": ("Thương lái",),
        "depot": ("Vựa, đại lý", "Vựa", "Đại lý"),
        "processor": ("Nhà chế biến", "Chế biến", "Doanh nghiệp chế biến"),
        "exporter": ("Nhà xuất khẩu", "Xuất khẩu", "Doanh nghiệp xuất khẩu"),
        "supermarket": ("Siêu thị",),
        "wholesaler": ("Nhà bán buôn", "Bán buôn", "Nhà phân phối", "Chợ đầu mối"),
        "kitchen": ("Bếp ăn", "Bếp ăn tập thể"),
        "store_chain": ("Chuỗi cửa hàng",),
        "cooperative": ("Hợp tác xã mua", "Hợp tác xã", "HTX"),
        "other": ("Loại khác", "Khác"),
    }
)
PRICE_KINDS = Choices(
    {
        "fixed": ("Một giá", "Giá cố định", "Cố định"),
        "table": ("Theo cỡ", "Bảng giá", "Giá theo cỡ"),
        "reference": ("Tham chiếu", "Giá tham chiếu", "Theo giá tham chiếu"),
        "labour": ("Tiền công", "Công"),
    }
)
LINK_KINDS = Choices(
    {
        "spot": ("Mua bán chuyến", "Bán chuyến", "Mua bán thông thường"),
        "season": ("Bao tiêu theo vụ", "Bao tiêu", "Hợp đồng bao tiêu"),
        "linkage": ("Liên kết chuỗi", "Liên kết", "Liên kết theo Nghị định 98"),
    }
)
LINK_STATES = Choices(
    {
        "provisional": ("Chờ điều kiện", "Tạm thời"),
        "active": ("Đang thực hiện", "Còn hiệu lực", "Đang hiệu lực"),
        "lapsed": ("Hết hiệu lực vì không đạt điều kiện", "Không thành"),
        "fulfilled": ("Hoàn thành", "Đã hoàn thành", "Đã thanh lý"),
        "short": ("Kết thúc, giao thiếu", "Giao thiếu"),
        "ended_early": ("Chấm dứt trước hạn",),
    }
)
