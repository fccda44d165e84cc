"""Who may open which address: one row each, for every address there is.

An address that is added to the portal is added here; test_permission_matrix.py fails until it is.
A row says what the one with the right gets (`answers`); what all others get follows:

- signed out: sent to sign in (the API: 401)
- from another region: not found
- from a district where nothing of the row's record is held: not found; where the address is about
  no record (`args` is None), the page, with nothing of other districts in it
- who may see it and not do it: refused
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.tripwires.world import World


@dataclass(frozen=True)
class Row:
    """`right`: the permission the view asks for. `args`: what follows the region in the address,
    made from the world. `post`: what is sent; None: the page is read. `at`: where the one who has
    the right works, "root" for what concerns the whole region."""

    name: str
    right: str
    args: Callable[[World], list] | None = None
    post: Callable[[World], dict] | None = None
    answers: int = 200
    at: str = "here"

    def __str__(self):
        return f"{'POST' if self.post else 'GET'} {self.name}"


def nothing(world):
    return {}


def here(world):
    return [world.offices["here"].pk]


OFFICE = [
    # portal
    Row("home", "view_counts"),
    Row("search", "view_records"),
    # accounts
    Row("members", "manage_members", answers=302),
    Row("offices", "manage_members"),
    Row("office", "manage_members", here),
    Row("office_new", "manage_members"),
    Row(
        "office_new",
        "manage_members",
        post=lambda w: {"kind": "department", "district": w.districts["here"].pk, "name": "教委"},
        answers=302,
    ),
    Row("office_edit", "manage_members", here),
    Row("office_edit", "manage_members", here, lambda w: {"name": "新名", "phone": ""}, 302),
    Row("member_new", "manage_members", here),
    Row(
        "member_new",
        "manage_members",
        here,
        lambda w: {"name": "新人", "username": "xinren", "role": "clerk"},
        302,
    ),
    Row(
        "role_add",
        "manage_members",
        lambda w: [w.offices["here"].pk, w.colleague.pk],
        lambda w: {"role": "viewer"},
        302,
    ),
    Row("role_end", "manage_members", lambda w: [w.membership.pk], nothing, 302),
    Row("password_reset", "manage_members", lambda w: [w.offices["here"].pk, w.colleague.pk]),
    Row(
        "password_reset",
        "manage_members",
        lambda w: [w.offices["here"].pk, w.colleague.pk],
        nothing,
        302,
    ),
    Row("cover_new", "manage_members", lambda w: [w.membership.pk]),
    Row(
        "cover_new",
        "manage_members",
        lambda w: [w.membership.pk],
        lambda w: {
            "deputy": w.users["here", "reviewer"].pk,
            "starts_on": "2026-11-20",
            "ends_on": "2099-11-21",
        },
        302,
    ),
    Row("cover_end", "manage_members", lambda w: [w.cover.pk], nothing, 302),
    Row("handover", "manage_members", answers=404),  # nothing was handed over
    Row("tokens", "manage_region"),
    Row("token_new", "manage_region", here),
    Row(
        "token_new",
        "manage_region",
        here,
        lambda w: {"name": "取数", "expires_on": w.token.expires_on},
        302,
    ),
    Row("token_revoke", "manage_region", lambda w: [w.token.pk], nothing, 302),
    Row("reveals", "manage_region"),
    Row(
        "reveal",
        "reveal_personal_data",
        lambda w: ["trainee", w.trainee.pk, "document_number"],
        lambda w: {"reason": "核对材料"},
    ),
    # regions
    Row("calendar", "view_counts"),
    Row("calendar_year", "view_counts", lambda w: [2026]),
    Row("calendar_new", "manage_region", at="root"),
    Row(
        "calendar_new",
        "manage_region",
        post=lambda w: {
            "year": "2027",
            "notice": "国办发明电〔2026〕7号",
            "days": "元旦：1月1日放假",
            "save": "1",
        },
        answers=302,
        at="root",
    ),
    Row("calendar_edit", "manage_region", lambda w: [2026], at="root"),
    Row("policies", "view_counts"),
    Row("districts", "view_counts"),
]

# Below /api/v1/, with a token of the office here; named as in OFFICE.
API = []

# Open to all: (name, args, status signed out, status signed in).
PUBLIC = [
    ("choose_region", [], 200, 200),
    ("healthz", [], 200, 200),
    ("readyz", [], 200, 200),
]

# Of one's own account, guarded by allauth: (name, args, status signed out, status signed in).
ACCOUNT = [
    ("account_login", [], 200, 302),
    ("account_logout", [], 302, 200),
    ("account_inactive", [], 200, 200),
    ("account_reauthenticate", [], 302, 200),
    ("account_change_password", [], 302, 200),
    ("mfa_index", [], 302, 200),
    ("mfa_authenticate", [], 302, 302),  # only between password and code
    ("mfa_reauthenticate", [], 302, 302),  # by password, while there is no second factor
    ("mfa_activate_totp", [], 302, 302),  # the password is asked first
    ("mfa_deactivate_totp", [], 302, 404),  # there is none yet
    ("mfa_view_recovery_codes", [], 302, 404),
    ("mfa_generate_recovery_codes", [], 302, 302),
    ("mfa_download_recovery_codes", [], 302, 404),
]
