"""The rights table of the operations for programs; the rest, and what it means, stands in rights.py."""

from __future__ import annotations

from tests.files import sheets
from tests.house.askers import (
    BUYER,
    EVERYBODY,
    PARTIES,
    SELLER,
    UNITS,
    Right,
    having,
    send,
)
from tests.listings import shots

TRADE = having("trade", "seller")
BOTH_TRADE = having("trade", "seller", "buyer")
SHEETS = {"files": ("a.pdf", sheets.sheet())}
ASK_JSON = {"volume": 2000, "price": 9400, "from": "{today}", "to": "{soon}"}
PAPER = {"standard": "OCOP4", "number": "57/QĐ-UBND", "issuer": "UBND tỉnh"}

TABLE: dict[str, Right] = {
    "api:listings": Right(EVERYBODY, "/api/v1/listings"),
    "api:listing": Right(EVERYBODY, "/api/v1/listings/{listing}"),
    "api:products": Right(EVERYBODY, "/api/v1/products"),
    "api:places": Right(EVERYBODY, "/api/v1/places"),
    "api:cooperative": Right(EVERYBODY, "/api/v1/cooperatives/{seller_code}"),
    "api:figures": Right(EVERYBODY, "/api/v1/figures"),
    "api:my_listings": Right(UNITS, "/api/v1/listings/mine"),
    "api:my_listing": Right(SELLER, "/api/v1/listings/mine/{draft}"),
    "api:create_listing": send(
        (*having("trade", "seller"), "rival:all"), "/api/v1/listings", product="lua-st25", title="Lúa mới"
    ),
    "api:change_listing": send(TRADE, "/api/v1/listings/{draft}", "PATCH", title="Lúa khác"),
    "api:put_lots": send(TRADE, "/api/v1/listings/{draft}/lots", "PUT", lots=[]),
    "api:lot_agreements": Right(SELLER, "/api/v1/listings/mine/{listing}/lots/{lot}/agreements"),
    "api:report_loss": send(
        TRADE, "/api/v1/listings/{listing}/lots/{lot}/losses", amount=1000, cause="storm", on_date="{today}"
    ),
    "api:publish_listing": send(TRADE, "/api/v1/listings/{draft}/publish"),
    "api:pause_listing": send(TRADE, "/api/v1/listings/{listing}/pause"),
    "api:withdraw_listing": send(TRADE, "/api/v1/listings/{listing}/withdraw"),
    "api:post_demand": send(
        (*having("trade", "buyer"), "stranger:all"),
        "/api/v1/demands",
        **{"product": "lua-st25", "volume": 2000, "from": "{today}", "to": "{soon}"},
    ),
    "api:demand": Right(BUYER, "/api/v1/demands/{demand}"),
    "api:plan": Right(BUYER, "/api/v1/demands/{demand}/plan"),
    "api:send_plan": send(having("trade", "buyer"), "/api/v1/demands/{demand}/send", seen="{plan}"),
    "api:demand_fits": Right(UNITS, "/api/v1/demands/{demand}/offer"),
    "api:offer_for_demand": send(
        TRADE, "/api/v1/demands/{demand}/offer", lot_id="{fresh_lot}", volume=1000, price=9400
    ),
    "api:close_demand": send(having("trade", "buyer"), "/api/v1/demands/{demand}/close"),
    "api:inquiries": Right(PARTIES, "/api/v1/inquiries"),
    "api:inquiry": Right((*SELLER, *BUYER), "/api/v1/inquiries/{inquiry}"),
    "api:send_inquiry": send(
        (*having("trade", "buyer"), "stranger:all"), "/api/v1/inquiries", listing_id="{fresh}", **ASK_JSON
    ),
    "api:make_offer": send(
        having("trade", "seller", "buyer"),
        "/api/v1/inquiries/{inquiry}/offer",
        version="{inquiry_version}",
        **ASK_JSON,
    ),
    "api:decline_inquiry": send(
        having("trade", "seller", "buyer"), "/api/v1/inquiries/{inquiry}/decline", reason="price"
    ),
    "api:withdraw_inquiry": send(having("trade", "seller", "buyer"), "/api/v1/inquiries/{inquiry}/withdraw"),
    "api:accept_inquiry": send(
        having("bind", "seller", "buyer"),
        "/api/v1/inquiries/{inquiry}/accept",
        version="{inquiry_version}",
    ),
    "api:links": Right(PARTIES, "/api/v1/links"),
    "api:link": Right((*SELLER, *BUYER), "/api/v1/links/{link}"),
    "api:record_delivery": send(
        having("deliver", "seller", "buyer"), "/api/v1/links/{link}/deliveries", gross=1000, on_date="{today}"
    ),
    "api:confirm_delivery": send(
        having("deliver", "seller", "buyer"), "/api/v1/links/{link}/deliveries/{delivery}/confirm"
    ),
    "api:record_contract": send(
        having("bind", "seller", "buyer"),
        "/api/v1/links/{link}/contract",
        contract_number="12/HĐ",
        contract_date="{today}",
    ),
    "api:note_check": send(
        having("deliver", "seller", "buyer"),
        "/api/v1/links/{checked}/checks",
        check="sample",
        step="done",
        on_date="{today}",
    ),
    "api:confirm_deposit": send(having("bind", "seller"), "/api/v1/links/{waiting_link}/deposit"),
    "api:close_link": send(
        having("bind", "seller", "buyer"), "/api/v1/links/{plain_link}/close", version="{plain_version}"
    ),
    "api:confirm_link": send(
        having("bind", "seller", "buyer"), "/api/v1/links/{recorded}/confirm", version="{recorded_version}"
    ),
    "api:propose_amendment": send(
        having("trade", "seller", "buyer"),
        "/api/v1/links/{plain_link}/amendments",
        version="{plain_version}",
        **ASK_JSON,
    ),
    "api:accept_amendment": send(
        having("bind", "seller", "buyer"),
        "/api/v1/links/{amended}/amendments/{amendment}/accept",
        version="{amended_version}",
    ),
    "api:decline_amendment": send(
        having("trade", "seller", "buyer"),
        "/api/v1/links/{amended}/amendments/{amendment}/decline",
        version="{amended_version}",
    ),
    "api:renew_link": send(
        (*having("bind", "seller"), *having("trade", "buyer")), "/api/v1/links/{ended}/renew", **ASK_JSON
    ),
    "api:delivery": Right((*SELLER, *BUYER), "/api/v1/links/{link}/deliveries/{delivery}"),
    "api:contest_delivery": send(
        having("deliver", "seller", "buyer"),
        "/api/v1/links/{link}/deliveries/{delivery}/contest",
        what="volume",
        gross=900,
    ),
    "api:agree_claim": send(
        having("deliver", "seller", "buyer"), "/api/v1/links/{link}/deliveries/{contested}/agree"
    ),
    "api:mark_paid": send(
        having("deliver", "seller"), "/api/v1/links/{link}/deliveries/{confirmed}/paid", paid_on="{today}"
    ),
    "api:certificates": Right(UNITS, "/api/v1/certificates"),
    "api:certificate": Right(SELLER, "/api/v1/certificates/{certificate}"),
    "api:claim_certificate": send((*TRADE, "rival:all"), "/api/v1/certificates", **PAPER),
    "api:change_certificate": send(TRADE, "/api/v1/certificates/{certificate}", "PUT", **PAPER),
    "api:accept_certificate": send(TRADE, "/api/v1/certificates/{entered}/accept"),
    "api:words": Right((*SELLER, *BUYER), "/api/v1/inquiries/{inquiry}/words"),
    "api:say": Right(BOTH_TRADE, "/api/v1/inquiries/{inquiry}/words", method="POST", files=SHEETS),
    "api:inquiry_file": Right((*SELLER, *BUYER), "/api/v1/inquiries/{inquiry}/files/{inquiry_file}"),
    "api:delete_inquiry_file": send(BOTH_TRADE, "/api/v1/inquiries/{inquiry}/files/{inquiry_file}", "DELETE"),
    "api:link_words": Right((*SELLER, *BUYER), "/api/v1/links/{link}/words"),
    "api:say_link_word": Right(BOTH_TRADE, "/api/v1/links/{link}/words", method="POST", files=SHEETS),
    "api:link_files": Right((*SELLER, *BUYER), "/api/v1/links/{link}/files"),
    "api:link_file": Right((*SELLER, *BUYER), "/api/v1/links/{link}/files/{link_file}"),
    "api:delete_link_file": send(BOTH_TRADE, "/api/v1/links/{link}/files/{link_file}", "DELETE"),
    "api:put_contract": Right(
        having("bind", "seller", "buyer"),
        "/api/v1/links/{link}/contract/files",
        method="POST",
        files=SHEETS,
    ),
    "api:put_check": Right(
        having("deliver", "seller", "buyer"),
        "/api/v1/links/{noted}/checks/{check}/files",
        method="POST",
        files=SHEETS,
    ),
    "api:put_note": Right(
        having("deliver", "seller", "buyer"),
        "/api/v1/links/{link}/deliveries/{delivery}/note",
        method="POST",
        files=SHEETS,
    ),
    "api:certificate_files": Right(SELLER, "/api/v1/certificates/{certificate}/files"),
    "api:put_certificate_files": Right(
        TRADE, "/api/v1/certificates/{certificate}/files", method="POST", files=SHEETS
    ),
    "api:certificate_file": Right(SELLER, "/api/v1/certificates/{certificate}/files/{certificate_file}"),
    "api:delete_certificate_file": send(
        TRADE, "/api/v1/certificates/{certificate}/files/{certificate_file}", "DELETE"
    ),
    "api:photos": Right(SELLER, "/api/v1/listings/mine/{listing}/photos"),
    "api:add_photos": Right(
        TRADE,
        "/api/v1/listings/{draft}/photos",
        method="POST",
        files={"photos": ("a.png", shots.png(9, 9))},
    ),
    "api:order_photos": send(TRADE, "/api/v1/listings/{listing}/photos", "PUT", photos=["a" * 40]),
    "api:describe_photo": send(TRADE, "/api/v1/listings/{listing}/photos/{photo}", "PATCH", alt="Ao tôm"),
    "api:delete_photo": send(TRADE, "/api/v1/listings/{listing}/photos/{photo}", "DELETE"),
    "api:report": send(
        PARTIES, "/api/v1/reports", listing_id="{listing}", reason="untrue", words="Không có hàng"
    ),
    "api:my_data": Right(PARTIES, "/api/v1/me/data"),
}
