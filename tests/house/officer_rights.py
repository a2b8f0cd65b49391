"""The rights table of the department's people; the rest, and what it means, stands in rights.py."""

from __future__ import annotations

from tests.house.askers import Right, post

ADMIN = ("admin",)
HOME = "/department/officers"
DUTIES = {"place": "{province}", "duties": "certificates", "valid_from": "{today}"}

TABLE: dict[str, Right] = {
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
