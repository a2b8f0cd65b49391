"""The rights table of moderation; the rest, and what it means, stands in rights.py."""

from __future__ import annotations

from tests import make
from tests.house.askers import EVERYBODY, PARTIES, SELLER, SIGNED_IN, Right, having, on_duty, post

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
    "moderation:lift": post(DUTY, DESK + "/hidings/{hiding}/lift", note="Đã sửa"),
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
    # a person's own data
    "moderation:data": Right(SIGNED_IN, "/account/data"),
    "moderation:data_export": Right(SIGNED_IN, "/account/data/export"),
    "moderation:data_correct": post(
        SIGNED_IN, "/account/data/correct", name="Tên mới", phone="0912 345 670", present=make.PASSWORD
    ),
    "moderation:data_consent": post(SIGNED_IN, "/account/data/consents/{consent}/withdraw"),
    "moderation:data_ask_form": Right(SIGNED_IN, "/account/data/requests/new"),
    "moderation:data_ask": post(SIGNED_IN, "/account/data/requests", kind="erase", understood="1"),
    "moderation:data_withdraw": post(SIGNED_IN, "/account/data/requests/{own_request}/withdraw"),
    "moderation:requests": Right(ANYWHERE, DESK + "/requests"),
    "moderation:request": Right(DUTY, DESK + "/requests/{asked_request}"),
    "moderation:request_answer": post(
        DUTY, DESK + "/requests/{asked_request}/answer", outcome="accept", answer="Đúng"
    ),
    "moderation:request_done": post(DUTY, DESK + "/requests/{accepted_request}/done"),
    # complaints and the operator's page
    "moderation:operator": Right(EVERYBODY, "/about/operator"),
    "moderation:rules": Right(EVERYBODY, "/about/operator/2026-01-01"),
    "moderation:complaint_form": Right(EVERYBODY, "/complaints/new"),
    "moderation:complain": post(
        EVERYBODY, "/complaints", subject="other", name="A", contact="0912 345 678", words="Chậm trả lời"
    ),
    "moderation:own_complaint": Right(("seller:all",), "/complaints/{own_complaint}"),
    "moderation:complaint": Right(EVERYBODY, "/complaints/{own_complaint}/{complaint_token}"),
    "moderation:complaints": Right(DUTY, DESK + "/complaints"),
    "moderation:desk_complaint": Right(DUTY, DESK + "/complaints/{complaint}"),
    "moderation:answer_complaint": post(DUTY, DESK + "/complaints/{complaint}/answer", answer="Đã xem"),
    "moderation:close_complaint": post(DUTY, DESK + "/complaints/{answered}/close", outcome="upheld"),
    "moderation:events": Right(DUTY, DESK + "/events"),
    "moderation:flags": Right(ANYWHERE, DESK + "/flags"),
    "moderation:flag": Right(DUTY, DESK + "/flags/{flag}"),
    "moderation:dismiss_flag": post(DUTY, DESK + "/flags/{flag}/dismiss", answer="Đúng giá"),
    "moderation:act_on_flag": post(DUTY, DESK + "/flags/{flag}/hide", reason="price", words="Giá sai"),
}
