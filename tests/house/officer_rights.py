"""The rights table of the department's people; the rest, and what it means, stands in rights.py."""

from __future__ import annotations

from tests.house.askers import OFFICIALS, Right, post

ADMIN = ("admin",)
HOME = "/department/officers"
DUTIES = {"place": "{province}", "duties": "certificates", "valid_from": "{today}"}

SECOND = "/account/second-step"

TABLE: dict[str, Right] = {
    "accounts:factor": Right(OFFICIALS, SECOND),
    "accounts:start_factor": post(OFFICIALS, SECOND + "/start"),
    "accounts:confirm_factor": post(OFFICIALS, SECOND + "/confirm", present="wrong", code="123456"),
    "accounts:renew_codes": post(OFFICIALS, SECOND + "/codes", present="wrong"),
    "accounts:remove_factor": post(OFFICIALS, SECOND + "/remove", present="wrong"),
    "accounts:begin_key": post(OFFICIALS, SECOND + "/keys", name="khóa xanh", present="wrong"),
    "accounts:add_key": post(OFFICIALS, SECOND + "/keys/add", name="khóa xanh", key="none"),
    "accounts:remove_key": post(ADMIN, SECOND + "/keys/{security_key}/remove", present="wrong"),
    "accounts:require_factor": post(ADMIN, HOME + "/second-step", required_from="{soon}"),
    "accounts:reset_factor": post(ADMIN, HOME + "/{staff}/second-step"),
    "accounts:officers": Right(ADMIN, HOME),
    "accounts:new_officer": Right(ADMIN, HOME + "/new"),
    "accounts:add_officer": post(ADMIN, HOME, name="Người Mới", login="canbo.moi@vidu.test", **DUTIES),
    "accounts:officer": Right(ADMIN, HOME + "/{staff}"),
    "accounts:give_duties": post(ADMIN, HOME + "/{staff}/duties", **DUTIES),
    "accounts:end_duty": post(ADMIN, HOME + "/{staff}/duties/{staff_duty}/end", valid_to="{today}"),
    "accounts:officer_code": post(ADMIN, HOME + "/{staff}/code"),
    "accounts:set_administrator": post(ADMIN, HOME + "/{staff}/administrator", holds="1"),
    "accounts:officer_account": post(ADMIN, HOME + "/{staff}/account", holds="0"),
}
