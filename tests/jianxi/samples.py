"""Pages that show every part with made-up content; the addresses of `test_pages.py`."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace as Of

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template import engines
from django.template.context import make_context
from django.urls import path

from accounts import urls as accounts
from jianxi.clocks import Clock
from jianxi.lists import Column
from jianxi.web import access, everyone

TOP = Of(
    region="重庆市",
    unit="渝中区",
    user="李经办",
    role="经办",
    home_url="/list",
    search_url="/list",
    messages_url="/list",
    unread=3,
    links=[Of(label="修改密码", url="/accounts/password/change/")],
)
NAV = [Of(title="业务", items=[Of(label="基地", url="/list", active=True, count=12)])]
posted = []  # what the browser sent, for the test to count


def office(request, template, context=None, **kwargs):
    """As the context processor of the office would have it; `?as=` says who is signed in."""
    user = Of(is_authenticated=True, pk=request.GET.get("as", "1"))
    return render(
        request, template, {"nav": NAV, "top": TOP, "user": user, **(context or {})}, **kwargs
    )


def from_text(text):
    return engines["django"].from_string('{% extends "frames/office.html" %}' + text).template


class FilterForm(forms.Form):
    q = forms.CharField(label="名称", required=False)
    since = forms.DateField(label="认定日期自", required=False)


class BaseForm(forms.Form):
    name = forms.CharField(label="单位名称")
    kind = forms.ChoiceField(label="单位类型", widget=forms.RadioSelect, choices=[("a", "企业")])
    duty = forms.CharField(label="岗位职责", widget=forms.Textarea, required=False)
    scan = forms.FileField(label="扫描件", required=False, help_text="最多 10 MB。")

    def clean_name(self):
        if len(self.cleaned_data["name"]) < 4:
            raise forms.ValidationError("要写全称，至少 4 个字。")
        return self.cleaned_data["name"]


class Listing:
    columns = [
        Column("单位名称", "name"),
        Column("岗位数", "places", numeric=True),
        Column("认定日期", "recognised_on", minor=True),
    ]
    rows = [
        Of(pk=n, name=f"某某第{n}单位", places=1204, recognised_on=date(2026, 3, n))
        for n in range(1, 21)
    ]
    start, total_label, filtered, export_url, has_row_actions = 21, "1,000+", True, "/save", True
    actions = [Of(label="批量确认", url="/save", tone="", confirm="确认选中的基地？")]
    empty = Of(title="还没有基地", text="先导入台账。", url="/form", label="导入台账")
    page = Of(previous="a", next="b", size=20, sizes=[20, 50])

    def __init__(self, data):
        self.filter_form = FilterForm(data)

    def row_url(self, row):
        return f"/case?row={row.pk}"

    def row_actions(self, row):
        return [Of(label="打开", url="/case", post=False, confirm="")]


@access(everyone)
def listing(request):
    tabs = [Of(label="有效", url="/list", active=True, count=3)]
    return office(request, "lists/list.html", {"listing": Listing(request.GET), "tabs": tabs})


@access(everyone)
def case(request):
    reveal = Of(
        label="证件号码", value="5001***********025", wide=False, reveal_url="/reveal", note=""
    )
    change = Of(label="毕业日期", before=date(2025, 6, 1), after=date(2025, 6, 30))
    happened = Of(
        at=datetime(2026, 11, 17, tzinfo=UTC),
        what="变更",
        actor="李经办",
        note="更正",
        changes=[change],
    )
    context = {
        "case": Of(
            title="何**",
            number="XY-1",
            state="in_progress",
            state_label="在岗",
            clock=Clock(date(2026, 11, 24), 2, provisional=True),
            crumbs=[Of(label="协议", url="/list")],
            url_before="",
            url_after="/case",
        ),
        "sections": [Of(title="见习人员", facts=[reveal])],
        "entries": [happened],
        "ahead": ["期满后登记去向"],
        "actions": [Of(name="return", label="退回", comment_required=True, tone="late")],
        "actions_url": "/save",
        "reasons": ["缺带教安排"],
    }
    return office(request, "cases/case.html", context)


@access(everyone)
def month(request):
    def row(label, mark="", tail=None):
        cell = Of(text="1,204", url="/case", mark=mark, note="规则 5≥6 不成立" if mark else "")
        return Of(label=label, url="/case", cells=[cell] * 14, tail=tail, tone="")

    figures = Of(
        label="汇总表",
        unit_head="区县",
        head=[[Of(label="期末实有见习单位", colspan=1, rowspan=1)] * 14],
        numbers=range(1, 15),
        rows=[row("渝中区", "fail", Of(state="fail", label="规则未过", tone=""))],
        total=row("合计"),
        tail_head="状态",
    )
    finding = Of(
        outcome="fail",
        label="不成立",
        title="5≥6",
        detail="52 < 54",
        clause="附件4",
        url="",
        url_label="",
    )
    tile = Of(label="合计（万元）", value=Decimal("9614.37"), tone="late", url="")
    page = from_text(
        '{% block content %}{% include "parts/tiles.html" %}{% include "parts/figures.html" %}'
        '{% include "parts/findings.html" %}{% endblock %}'
    )
    return HttpResponse(
        page.render(_context(request, figures=figures, findings=[finding], tiles=[tile]))
    )


@access(everyone)
def form(request):
    """Takes what `name` is long enough for; posts and answers as every form of the portal."""
    filled = BaseForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and filled.is_valid():
        messages.success(request, "已保存。")
        return redirect("/list")
    page = from_text(
        '{% block content %}<form method="post" enctype="multipart/form-data" novalidate>'
        '{% csrf_token %}{{ form }}<button type="submit">保存</button></form>{% endblock %}'
    )
    status = 422 if filled.errors else 200
    return HttpResponse(page.render(_context(request, form=filled)), status=status)


@access(everyone)
def parts(request):
    """What htmx may run into: a fault of the server, an expired session, a job to wait for."""
    state = request.GET.get("state", "running")
    job = Of(
        title="导入台账",
        state=state,
        state_label={"running": "进行中", "done": "已完成"}[state],
        done=50,
        total=100,
        counts=[("新增", 1204)] if state == "done" else [],
        note="",
        url="/parts?state=done",
        results=[Of(label="下载", url="/list")] if state == "done" else [],
    )
    if request.htmx:
        return render(request, "parts/job.html", {"job": job})
    page = from_text(
        '{% block content %}{% include "parts/job.html" %}<div id="here">原样</div>'
        '<button type="button" hx-get="/broken" hx-target="#here">出错</button>'
        '<button type="button" hx-get="/signed-out" hx-target="#here">失效</button>{% endblock %}'
    )
    return HttpResponse(page.render(_context(request, job=job)))


def _context(request, **facts):
    user = Of(is_authenticated=True, pk=request.GET.get("as", "1"))
    return make_context({"nav": NAV, "top": TOP, "user": user, **facts}, request)


@access(everyone)
def save(request):
    posted.append(request.POST.dict())
    messages.success(request, "已办理。")
    return redirect("/list")


@access(everyone)
def reveal(request):
    posted.append(request.POST.dict())
    return render(request, "parts/revealed.html", {"text": "500103200301017025"})


@access(everyone)
def broken(request):
    return HttpResponse(status=409)


@access(everyone)
def signed_out(request):
    return redirect("account_login")


urlpatterns = [
    path("list", listing),
    path("case", case),
    path("month", month),
    path("form", form),
    path("parts", parts),
    path("save", save),
    path("reveal", reveal),
    path("broken", broken),
    path("signed-out", signed_out),
    *accounts.root,
]
