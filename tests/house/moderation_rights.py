"""The rights table of moderation; the rest, and what it means, stands in rights.py."""

from __future__ import annotations

from tests.house.askers import EVERYBODY, PARTIES, SELLER, Right, having, on_duty, post

DUTY = on_duty("moderation")
ANYWHERE = on_duty("moderation", anywhere=True)
DESK = "/department/moderation"
SAYS = {"reason": "untrue", "words": "Không đúng", "contact": "0912 345 678"}

TABLE: dict[str, Right] = {
    "moderation:report_listing_form": Right(EVERYBODY, "/listings/{listing}/report"),
    "moderation:report_listing": post(EVERYBODY, "/listings/{listing}/report", **SAYS),
    "moderation:report_unit_form": Right(EVERYBODY, "/cooperatives/{seller_code}/report"),
    "moderation:report_unit": post(EVERYBODY, "/cooperatives/{seller_code}/report", **SAYS),
    "moderation:own": Right(PARTIES, "/hidings"),
    "moderation:own_hiding": Right(SELLER, "/hidings/{hiding}"),
    "moderation:appeal": post(having("trade", "seller"), "/hidings/{hiding}/appeal", words="Đúng như đã ghi"),
    "moderation:desk": Right(ANYWHERE, DESK),
    "moderation:desk_report": Right(DUTY, DESK + "/reports/{report}"),
    "moderation:dismiss": post(DUTY, DESK + "/reports/{report}/dismiss", answer="Không có căn cứ"),
    "moderation:act": post(DUTY, DESK + "/reports/{report}/hide", reason="untrue", words="Không đúng"),
    "moderation:hide_form": Right(ANYWHERE, DESK + "/hide"),
    "moderation:hide": post(
        ANYWHERE, DESK + "/hide", listing="{listing}", reason="untrue", words="Không đúng"
    ),
    "moderation:desk_hiding": Right(DUTY, DESK + "/hidings/{hiding}"),
    "moderation:lift": post(DUTY, DESK + "/hidings/{hiding}/lift", answer="Đã sửa"),
    "moderation:decide": post(
        DUTY, DESK + "/hidings/{objected}/decide", outcome="kept", answer="Vẫn không đúng"
    ),
    "moderation:takedown_form": Right(ANYWHERE, DESK + "/takedowns/new"),
    "moderation:takedown": post(
        ANYWHERE,
        DESK + "/takedowns",
        authority="Chi cục Quản lý thị trường",
        number="12/CV",
        words="Gỡ tin",
        listing="{listing}",
        hours="24",
    ),
    "moderation:desk_takedown": Right(DUTY, DESK + "/takedowns/{takedown}"),
    "moderation:carry_out": post(DUTY, DESK + "/takedowns/{takedown}/done", reason="unlawful"),
}
