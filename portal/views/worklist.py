"""The work list: what waits, what was done, what one began; and handing over."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from jianxi.clocks import DUE_SOON
from jianxi.tabs import chosen_of, tab, tabs
from jianxi.web import office
from jianxi.worklist import DONE, OFFICE, done, waiting_for, with_assignments
from portal import handover
from portal.navigation import count_waiting
from regions.calendar import working_days
from regions.clocks import with_clocks

BEGUN = "begun"
SHOWN = 20  # on a page of what waits
TABS = {"": "待办", DONE: "已办", BEGUN: "我发起的"}


@office("view_counts")
@require_GET
def home(request, region):
    chosen = chosen_of(request, TABS)
    context = {"tabs": tabs(request, TABS, chosen)}
    if chosen == DONE:
        return render(request, "portal/done.html", context | done(request, OFFICE))
    if chosen == BEGUN:
        context["rows"] = with_clocks(waiting_for(request, OFFICE, under_way=True))
        return render(request, "portal/begun.html", context)
    return render(request, "portal/home.html", context | _waiting(request))


def _waiting(request) -> dict:
    items = handover.mine(request)
    count_waiting(request, len(items))
    kinds = list(dict.fromkeys(item.kind for item in items))
    chosen = request.GET.get("kind", "")
    shown = [item for item in items if chosen in ("", item.kind)]
    today, calendar = timezone.localdate(), working_days()
    last_day = calendar.add_working_days(today, DUE_SOON).date
    dues = [item.due_on for item in items if item.due_on]
    late = sum(due < today for due in dues)
    soon = sum(today <= due <= last_day for due in dues)
    page = Paginator(shown, SHOWN).get_page(request.GET.get("page"))
    return {
        "rows": with_clocks(page.object_list),
        "page": page,
        "kinds": [
            tab(
                kind,
                f"{request.path}?{urlencode({'kind': kind})}",
                kind == chosen,
                sum(item.kind == kind for item in items),
            )
            for kind in kinds
        ]
        if len(kinds) > 1
        else [],
        "all_url": request.path,
        "chosen": chosen,
        "listing": next((item.listing for item in shown if item.listing), "") if chosen else "",
        "today": today,
        "is_working_day": calendar.is_working_day(today),
        "tiles": [
            {"label": "待我处理", "value": len(items), "tone": "", "url": ""},
            {"label": "已超期", "value": late, "tone": "late" if late else "", "url": ""},
            {
                "label": f"{DUE_SOON}个工作日内到期",
                "value": soon,
                "tone": "due" if soon else "",
                "url": "",
            },
        ],
    }


# --- Handing over


class ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        roles = dict.fromkeys(one.office_role.get_role_display() for one in user.held)
        return f"{user}（{'、'.join(roles)}）"


class HandOverForm(forms.Form):
    colleague = ColleagueField(label="交给", queryset=User.objects.none(), empty_label=None)
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text="如：材料已看过，差参保证明。"
    )

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = colleagues


@office("view_counts")
def hand_over(request, region, table, pk):
    """Give a case that waits for oneself to a colleague of the same office."""
    found = with_assignments(item for item in waiting_for(request) if item.key == (table, pk))
    if not found:
        raise Http404
    item = found[0]
    colleagues = handover.colleagues(request.access, item)
    form = HandOverForm(request.POST or None, colleagues=colleagues)
    if form.is_valid():
        colleague = form.cleaned_data["colleague"]
        if handover.may_take(request.region, colleague, item):
            handover.hand_over(
                item, to=colleague, actor=request.user, note=form.cleaned_data["note"]
            )
            messages.success(request, f"已交给{colleague}。")
            return redirect("office:home", region)
        form.add_error("colleague", f"{colleague}没有办理这件事的权限，请换一位。")
    context = {"form": form, "item": item, "rows": with_clocks([item])}
    return render(request, "portal/hand_over.html", context, status=422 if form.errors else 200)
