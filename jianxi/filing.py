"""The pages on which a filing is typed: shown, kept while it is typed, and handed in at the end.

Three kinds of filing have them (a base's application, a position, an agreement's terms); what each
is made of says a `Filing`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.db import models
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jianxi import drafts
from jianxi.drafts import Draft
from jianxi.findings import Finding, for_page, summary


@dataclass(frozen=True)
class Filing:
    """`find(request, pk)` and `locked(request, pk)`: the row, locked None where it can no longer be
    changed; `is_open(row)`: whether it can. `form_of(row)`: what makes its form. `check(row)`: what
    it is checked for. `hand_in(request, draft)`: submits a complete draft, or tells in its form why
    not (then None). `around(request, row)`: more for the page; `panel(row)`: more for its panel.

    `page`, `edit` and `save`: names of addresses. `closed`: said to who comes too late.
    """

    find: Callable[..., models.Model]
    locked: Callable[..., models.Model | None]
    is_open: Callable[[models.Model], bool]
    form_of: Callable[[models.Model], Callable]
    check: Callable[[models.Model], Iterable[Finding]]
    hand_in: Callable[..., HttpResponse | None]
    template: str
    page: str
    edit: str
    save: str
    closed: str
    around: Callable[..., dict]
    panel: Callable[[models.Model], dict] = lambda row: {}

    def typed(self, request, pk) -> HttpResponse:
        """The form; a POST keeps it, and hands it in where that was asked for."""
        region = request.region.slug
        if request.method != "POST":
            row = self.find(request, pk)
            if not self.is_open(row):
                return redirect(self.page, region, pk)
            return self.form(request, drafts.opened(self.form_of(row), row))
        row = self.locked(request, pk)
        if row is None:
            messages.warning(request, self.closed)
            return redirect(self.page, region, pk)
        # A page that was sent once can be sent again by reloading it: that undoes nothing newer.
        sent, user = request.POST, request.user
        draft = drafts.keep(self.form_of(row), row, sent, user, over_newer=False)
        if draft.told:
            messages.warning(request, f"{'；'.join(draft.told)}。")
            return redirect(self.edit, region, pk)
        if "submit" not in request.POST:
            if not draft.form.faults():
                messages.success(request, "草稿已保存。")
                return redirect(self.edit, region, pk)
        elif draft.form.is_valid() and (answer := self.hand_in(request, draft)):
            return answer
        return self.form(request, draft, status=422)

    def kept(self, request, pk) -> HttpResponse:
        """What the page sends while it is typed in; answers the panel that says how the draft
        stands. 202: not all of it could be kept."""
        row = self.locked(request, pk)
        if row is None:
            return HttpResponse(status=409)
        draft = drafts.keep(self.form_of(row), row, request.POST, request.user)
        status = 202 if draft.form.faults() else 200
        return render(request, "parts/draft.html", self._standing(draft), status=status)

    def form(self, request, draft: Draft, *, status=200, **more) -> HttpResponse:
        context = self._standing(draft) | self.around(request, draft.row) | more
        context["form"] = draft.form
        context["save_url"] = reverse(self.save, args=[request.region.slug, draft.row.pk])
        return render(request, self.template, context, status=status)

    def _standing(self, draft: Draft) -> dict:
        found = self.check(draft.row)
        return {
            "draft": draft,
            "missing": draft.form.missing(),
            "faults": [(draft.form[name], said) for name, said in draft.form.faults().items()],
            "findings": for_page(found),
            "summary": summary(found),
            **self.panel(draft.row),
        }
