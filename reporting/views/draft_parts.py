"""A draft's parts on pages: its head, the indicators, the rules, how far figures may change."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import office
from reporting import drafting, editing
from reporting.asking import Asked, asked
from reporting.compiling import compute
from reporting.conditions import words_of
from reporting.definitions import SEVERITY_WORDS, FormDefinition, Indicator, RuleSource
from reporting.draft_part_forms import (
    KINDS,
    ChangesForm,
    HeadForm,
    IndicatorForm,
    RuleForm,
    initial_of,
    source_words,
    sums_of,
)
from reporting.figures import printed
from reporting.models import Form, FormDraft
from reporting.periods import Period
from reporting.rules import reads
from reporting.views.draft_page import DraftPage, found_or_404, managing

SAVED = "已保存在草稿里，还没有启用。"


@office("manage_region")
def start(request, region):
    """A new form, from its head; two indicators and a rule stand there to be changed."""
    managing(request)
    row = FormDraft(region=request.region, made_by=request.user)
    table = drafting.read(drafting.EXAMPLE)
    beginning = {"effective_from": str(drafting.earliest()), "order": Form.objects.count()}
    form = HeadForm(request.POST or None, instance=row, table=table, initial=beginning)
    if form.is_valid():
        form.applied_to(row).save()
        messages.success(request, "草稿已建好，先放了两项指标和一条规则，请改成自己的。")
        return redirect("office:form_draft_indicators", region, row.pk)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "reporting/draft/head.html", {"form": form, "draft": None}, status=status
    )


@office("manage_region")
def head(request, region, pk):
    page = DraftPage(request, pk, "head")
    form = HeadForm(request.POST or None, instance=page.for_change, table=page.table)
    if request.method == "POST" and page.keeps(form):
        messages.success(request, SAVED)
        return redirect("office:form_draft_indicators", region, pk)
    return page.shown("reporting/draft/head.html", {"form": form})


# --- Indicators


@office("manage_region")
def indicators(request, region, pk):
    """All of them in order; one is moved or taken out."""
    page = DraftPage(request, pk, "indicators")
    if request.method == "POST" and page.does(lambda table: _rearranged(request.POST, table)):
        return redirect("office:form_draft_indicators", region, pk)
    form = FormDefinition.from_dict(page.row.key, page.table)
    rows = [
        {
            "indicator": one,
            "words": words_of(one),
            "kind": KINDS[one.kind],
            "depth": _depth(form, one),
            "first": siblings[0]["code"] == one.code,
            "last": siblings[-1]["code"] == one.code,
        }
        for one in form.indicators
        for siblings in [editing.beside(page.table, one.code)]
    ]
    return page.shown("reporting/draft/indicators.html", {"rows": rows})


def _rearranged(posted, table: dict) -> dict:
    for action, change in (
        ("up", lambda code: editing.moved(table, code, -1)),
        ("down", lambda code: editing.moved(table, code, 1)),
        ("delete", lambda code: editing.without_indicator(table, code)),
    ):
        if code := posted.get(action):
            found_or_404(editing.indicator_of(table, code))
            return change(code)
    raise Http404


def _depth(form: FormDefinition, indicator: Indicator) -> int:
    depth = 0
    while indicator.parent:
        indicator, depth = form.by_code[indicator.parent], depth + 1
    return depth


@office("manage_region")
def indicator(request, region, pk, code=""):
    """One of them, or with no code a new one; with `look` what is typed is counted, not kept."""
    page = DraftPage(request, pk, "indicators")
    table = page.table
    old = editing.indicator_of(table, code) if code else {"of": "agreements", "kind": "flow"}
    if gone := _gone(request, page, old, f"指标 {code}", "form_draft_indicators"):
        return gone
    looks = "look" in request.POST
    typed = request.POST if request.method == "POST" and not looks else None
    initial = _typed(request.POST) if looks else initial_of(Indicator, old)
    form = IndicatorForm(typed, initial=initial, table=table, was=code)
    if typed is not None and page.keeps(form):
        new = form.cleaned_data["code"]
        messages.success(request, f"指标 {new} {SAVED}")
        if code and new != code and (rules := editing.rules_with(form.definition, new)):
            named = "、".join(rule["code"] for rule in rules)
            messages.info(request, f"规则 {named} 里的编号已跟着改，表上印的式子请自己核对。")
        return redirect("office:form_draft_indicators", region, pk)
    context = {"form": form, "code": code, "part": "指标", "counts": _counts(page.row, form)}
    context["listing"] = page.address("form_draft_indicators")
    return page.shown("reporting/draft/indicator.html", context)


def _gone(request, page: DraftPage, row: dict | None, name: str, listing: str):
    """To the list, for who was working on what somebody took out in between."""
    if row is None and request.method == "POST" and not page.is_current:
        messages.error(request, f"{name} 刚刚已被去掉或改了编号，这次没有保存。")
        return redirect(page.address(listing))
    found_or_404(row)
    return None


def _typed(posted) -> dict:
    return {name: posted.get(name, "") for name in posted} | {"where": posted.getlist("where")}


def _counts(row: FormDraft, form: IndicatorForm) -> dict | None:
    """What the indicator counts, in words, and what that gives for the last month that closed."""
    table = form.counted
    if table is None:
        return None
    counted = Form(region=row.region, key=row.key, title="", definition=table)
    period = Period.month_of(timezone.localdate()).previous
    found = compute(counted, period)
    (one,) = counted.parsed.indicators
    return {
        "source": source_words(one.of),
        "words": words_of(one),
        "how": dict(sums_of(one.of))[one.sum or ""],
        "period": period,
        "unit": form["unit"].value() or "",
        "figure": printed(counted.parsed, found.figures[found.units.root.pk])[one.code],
    }


# --- Rules


@office("manage_region")
def rules(request, region, pk):
    page = DraftPage(request, pk, "rules")
    if request.method == "POST" and page.does(lambda table: _without_rule(request.POST, table)):
        return redirect("office:form_draft_rules", region, pk)
    form = FormDefinition.from_dict(page.row.key, page.table)
    rows = [
        {"rule": rule, "reads": reads(rule, form), "severity": SEVERITY_WORDS[rule.severity]}
        for rule in form.rules
    ]
    return page.shown("reporting/draft/rules.html", {"rows": rows})


def _without_rule(posted, table: dict) -> dict:
    code = posted.get("delete", "")
    found_or_404(editing.rule_of(table, code))
    return editing.without_rule(table, code)


@office("manage_region")
def rule(request, region, pk, code=""):
    """One of them, or with no code a new one."""
    page = DraftPage(request, pk, "rules")
    table = page.table
    old = editing.rule_of(table, code) if code else {"severity": "block"}
    if gone := _gone(request, page, old, f"规则 {code}", "form_draft_rules"):
        return gone
    form = RuleForm(
        request.POST or None,
        initial=initial_of(RuleSource, old),
        table=table,
        was=code,
    )
    if request.method == "POST" and page.keeps(form):
        messages.success(request, f"规则 {form.cleaned_data['code']} {SAVED}")
        return redirect("office:form_draft_rules", region, pk)
    parsed = FormDefinition.from_dict(page.row.key, table)
    context = {"form": form, "code": code, "part": "规则", "indicators": parsed.indicators}
    context["reads"] = next((reads(one, parsed) for one in parsed.rules if one.code == code), "")
    context["listing"] = page.address("form_draft_rules")
    return page.shown("reporting/draft/rule.html", context)


# --- How far figures may change


@office("manage_region")
def changes(request, region, pk):
    """With `look` what is typed is tried on the months that were submitted, not kept."""
    page = DraftPage(request, pk, "changes")
    form = ChangesForm(request.POST or None, table=page.table)
    looks = "look" in request.POST
    if request.method == "POST" and not looks and page.keeps(form):
        messages.success(request, f"变动幅度{SAVED}下面是按新的幅度试算的上月。")
        if zeros := form.zeros:
            named = "、".join(zeros)
            messages.info(request, f"指标 {named} 写了 0%，一有变动就要写原因；不想比的请留空。")
        return redirect("office:form_draft", region, pk)
    tried = page.for_change
    if looks and form.is_valid():
        tried = form.applied_to(tried)
    elif looks:
        page.status = 422
    until = Period.month_of(timezone.localdate()).previous
    asking = drafting.as_form(tried)
    found = asked(asking, until)
    rows = [
        {"indicator": one, "fields": fields, "asked": _told(one, found.get(one.code, Asked()))}
        for one, fields in zip(asking.parsed.indicators, form.rows(), strict=True)
    ]
    headings = [name for name, *_ in rows[0]["fields"]] + [name for name, *_ in rows[0]["asked"]]
    context = {"form": form, "rows": rows, "headings": headings, "until": until}
    return page.shown("reporting/draft/changes.html", context)


def _told(one: Indicator, times: Asked) -> list[tuple[str, int | None, int, int]]:
    """With the limit; where that is None, nothing is compared."""
    return [
        ("比上月会问", one.change_month, times.month_asked, times.month_compared),
        ("比去年会问", one.change_year, times.year_asked, times.year_compared),
    ]
