"""What every page of the office has around it; templates/frames/office.html says its shape."""

from django.core.cache import cache
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.members import regions_of
from jianxi.worklist import waiting_for

# Group → (label, address, the right one needs).
GROUPS = {
    "": [("待办", "home", "view_counts")],
    "业务": [
        ("基地", "bases", "view_records"),
        ("岗位", "positions", "view_records"),
        ("见习人员", "trainees", "view_records"),
        ("协议", "agreements", "view_records"),
        ("补贴", "payments", "view_records"),
        ("活动", "activities", "view_records"),
        ("导入台账", "ledger", "import_ledger"),
        ("作废申请", "void_requests", "void_records"),
        ("后台任务", "jobs", "view_counts"),
    ],
    "报表": [
        ("月报", "months", "view_counts"),
        ("期初数", "opening", "manage_region"),
    ],
    "设置": [
        ("成员", "members", "manage_members"),
        ("单位", "offices", "manage_members"),
        ("接口令牌", "tokens", "manage_region"),
        ("查看记录", "reveals", "manage_region"),
        ("放假安排", "calendar", "view_counts"),
        ("政策", "policies", "view_counts"),
        ("最低工资", "wages", "view_counts"),
        ("区县", "districts", "view_counts"),
    ],
}
COUNT_SECONDS = 60  # how long the number beside 待办 may be old


def navigation(request) -> dict:
    """Worked out where a page shows it; a refusal, in the narrow frame, does not."""
    if not hasattr(request, "access"):
        return {}
    return {
        "nav": SimpleLazyObject(lambda: _nav(request)),
        "top": SimpleLazyObject(lambda: _top(request)),
    }


def count_waiting(request, items=None) -> int:
    """How many items wait for the user; counted anew when the list itself is at hand."""
    key = f"waiting:{request.region.pk}:{request.user.pk}"
    waiting = None if items is not None else cache.get(key)
    if waiting is None:
        waiting = len(waiting_for(request) if items is None else items)
        cache.set(key, waiting, COUNT_SECONDS)
    return waiting


def _nav(request) -> list[dict]:
    groups = []
    for title, entries in GROUPS.items():
        items = [
            {"label": label, "url": _office(request, name), "count": None}
            for label, name, right in entries
            if request.access.holds(right)
        ]
        if items:
            groups.append({"title": title, "items": items})
    groups[0]["items"][0]["count"] = count_waiting(request)
    home = _office(request, "home")
    entries = [item for group in groups for item in group["items"]]
    under = [
        item
        for item in entries
        if request.path == item["url"]
        or (item["url"] != home and request.path.startswith(item["url"]))
    ]
    here = max(under, key=lambda item: len(item["url"]), default=None)
    for item in entries:
        item["active"] = item is here
    return groups


def _top(request) -> dict:
    own = [m for m in request.access.memberships if m.user_id == request.user.pk]
    covered = [m for m in request.access.memberships if m.user_id != request.user.pk]
    first = own[0].office_role
    roles = [
        m.office_role.get_role_display() for m in own if m.office_role.office_id == first.office_id
    ]
    roles += [f"代{m.office_role.get_role_display()}" for m in covered]
    links = [
        {"label": f"去{region}", "url": reverse("office:home", args=[region.slug])}
        for region in regions_of(request.user)
        if region != request.region
    ]
    links += [
        {"label": "修改密码", "url": reverse("account_change_password")},
        {"label": "两步验证", "url": reverse("mfa_index")},
    ]
    return {
        "region": request.region.name,
        "unit": first.office.district.name,
        "user": str(request.user),
        "role": "、".join(dict.fromkeys(roles)),
        "home_url": _office(request, "home"),
        "search_url": _office(request, "search"),
        "messages_url": "",
        "unread": 0,
        "links": links,
    }


def _office(request, name: str) -> str:
    return reverse(f"office:{name}", args=[request.region.slug])
