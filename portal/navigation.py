"""What every page of a side has around it; templates/frames/office.html says its shape."""

from django.contrib.messages import get_messages
from django.core.cache import cache
from django.urls import reverse, reverse_lazy
from django.utils.functional import SimpleLazyObject

from accounts import messages
from accounts.adapters import AccountAdapter
from accounts.members import regions_of
from accounts.models import User
from portal.handover import mine
from trainees.access import trainees_of

# Group → (label, address, the right one needs).
GROUPS = {
    "": [("待办", "home", "view_counts")],
    "业务": [
        ("基地", "bases", "view_records"),
        ("基地申报", "base_applications", "review_bases"),
        ("单位经办人", "authorities", "view_records"),
        ("岗位", "positions", "view_records"),
        ("岗位审核", "position_reviews", "review_positions"),
        ("报名审核", "applications", "review_applications"),
        ("人才库", "pool", "review_applications"),
        ("见习人员", "trainees", "view_records"),
        ("协议备案", "contracts", "file_agreements"),
        ("协议", "agreements", "view_records"),
        ("月末核对", "month_checks", "view_records"),
        ("补贴", "payments", "view_records"),
        ("活动", "activities", "view_records"),
        ("导入台账", "ledger", "import_ledger"),
        ("作废申请", "void_requests", "void_records"),
        ("后台任务", "jobs", "view_counts"),
    ],
    "报表": [
        ("月报", "months", "view_counts"),
        ("年度目标", "targets", "view_counts"),
        ("图表", "charts", "view_counts"),
        ("月度通报", "bulletins", "view_counts"),
        ("年度报告", "annual_reports", "view_counts"),
        ("重点企业", "key_enterprises", "view_records"),
        ("报送设置", "opening", "manage_region"),
        ("报表式样", "forms", "manage_region"),
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
EMPLOYER = [
    ("首页", "home"),
    ("基地", "base_application"),
    ("岗位", "positions"),
    ("报名", "applications"),
    ("协议签订", "contracts"),
    ("见习人员", "agreements"),
    ("月末核对", "month_check"),
    ("我的单位", "unit"),
    ("消息", "messages"),
]
# Label → (address, the pages it stands for); all others are under the last one.
YOUTH = {
    "报名": ("applications", {"apply", "pool", "application"}),
    "见习": ("internships", {"contract", "agreement"}),
    "我的": ("home", set()),
}
PUBLIC_POSITIONS = ("positions", "position")
ACCOUNT = {"label": "我的账号", "url": reverse_lazy("account_home")}
COUNT_SECONDS = 60  # how long the number beside 待办 may be old


def navigation(request) -> dict:
    """Worked out where a page shows it; a refusal, in the narrow frame, does not."""
    if hasattr(request, "access"):
        nav, top = _nav, _top
    elif getattr(request, "authority", None):
        nav, top = _employer_nav, _employer_top
    elif hasattr(request, "trainee"):
        nav, top = _youth_nav, _youth_top
    elif hasattr(request, "user") and request.user.is_authenticated:
        return _outside(request)
    else:
        return {}
    return {
        "nav": SimpleLazyObject(lambda: nav(request)),
        "top": SimpleLazyObject(lambda: top(request)),
    }


def _outside(request) -> dict:
    """On the public pages of who is signed in: the way back, and for youths their bar."""
    youth = request.user.side == User.Side.YOUTH and getattr(request, "region", None)
    return {
        "own_side": SimpleLazyObject(lambda: _own_side(request)),
        "nav": SimpleLazyObject(lambda: _youth_nav(request)) if youth else (),
    }


def _own_side(request) -> dict:
    if regions_of(request.user):
        label = "工作台"
    else:
        label = {User.Side.EMPLOYER: "单位工作台", User.Side.YOUTH: "我的"}.get(
            request.user.side, "我的账号"
        )
    return {"label": label, "url": AccountAdapter(request).get_login_redirect_url(request)}


def count_waiting(request, counted: int | None = None) -> int:
    """How many items wait for the user; `counted` where the list itself is at hand. A page that
    says what was done counts anew."""
    key = f"waiting:{request.region.pk}:{request.user.pk}"
    fresh = counted is not None or len(get_messages(request))
    waiting = None if fresh else cache.get(key)
    if waiting is None:
        waiting = len(mine(request)) if counted is None else counted
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
    _mark(request, [item for group in groups for item in group["items"]])
    return groups


def _mark(request, entries: list[dict]):
    """The entry the page is under; the first one's address is the beginning of all others'."""
    home = entries[0]["url"]
    under = [
        item
        for item in entries
        if request.path == item["url"]
        or (item["url"] != home and request.path.startswith(item["url"]))
    ]
    here = max(under, key=lambda item: len(item["url"]), default=None)
    for item in entries:
        item["active"] = item is here


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
    links.append(ACCOUNT)
    return {
        "region": request.region.name,
        "unit": first.office.district.name,
        "user": str(request.user),
        "role": "、".join(dict.fromkeys(roles)),
        "home_url": _office(request, "home"),
        "search_url": _office(request, "search"),
        "messages_url": _office(request, "messages"),
        "unread": messages.unread(request.user, request.region),
        "links": links,
    }


def _employer_nav(request) -> list[dict]:
    items = [
        {"label": label, "url": _employer(request, name), "count": None} for label, name in EMPLOYER
    ]
    _mark(request, items)
    return [{"title": "", "items": items}]


def _employer_top(request) -> dict:
    home = _employer(request, "home")
    others = [row.profile for row in request.authorities if row.profile != request.profile]
    return {
        "region": request.region.name,
        "unit": request.profile.name,
        "user": str(request.user),
        "role": "负责人" if request.authority.is_owner else "经办人",
        "home_url": home,
        "search_url": "",
        "messages_url": _employer(request, "messages"),
        "unread": messages.unread(request.user, request.region),
        "links": [
            *({"label": f"去{other}", "url": f"{home}?unit={other.pk}"} for other in others),
            {"label": "选择、新增单位", "url": reverse("employers")},
            ACCOUNT,
        ],
    }


def _youth_nav(request) -> list[dict]:
    here = request.resolver_match.url_name
    inside = hasattr(request, "trainee")  # else on a public page
    known = [name for name, pages in YOUTH.values() if here == name or here in pages]
    seeking = not inside and here in PUBLIC_POSITIONS
    items = [{"label": "岗位", "url": _positions(request), "count": None, "active": seeking}]
    for label, (name, _) in YOUTH.items():
        items.append(
            {
                "label": label,
                "url": reverse(f"me:{name}"),
                "count": (messages.unread(request.user) or None) if name == "home" else None,
                "active": inside and name == (known[0] if known else "home"),
            }
        )
    return items


def _positions(request) -> str:
    """The search of the region one is in, or is registered in."""
    own = [request.region] if request.region else [row.region for row in trainees_of(request.user)]
    if len(own) == 1:
        return reverse("public:positions", args=[own[0].slug])
    return reverse("choose_region")


def _youth_top(request) -> dict:
    return {"user": str(request.user), "links": [ACCOUNT]}


def _employer(request, name: str) -> str:
    return reverse(f"employer:{name}", args=[request.region.slug])


def _office(request, name: str) -> str:
    return reverse(f"office:{name}", args=[request.region.slug])
