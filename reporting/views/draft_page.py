"""What the pages of a draft have in common: who may enter, the steps, and that nobody writes over
what somebody else changed in between."""

from copy import copy

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from jianxi.tabs import tab
from reporting import drafting
from reporting.editing import InUse
from reporting.models import FormDraft
from reporting.views.definitions import may_change

STEPS = [
    ("head", "表头", "form_draft_head", ""),
    ("indicators", "指标", "form_draft_indicators", ""),
    ("rules", "规则", "form_draft_rules", ""),
    ("changes", "变动幅度", "form_draft_changes", ""),
    ("trial", "试算", "form_draft", ""),
    ("use", "启用", "form_draft", "#use"),
]


def managing(request):
    if not may_change(request):
        raise PermissionDenied


class DraftPage:
    """A draft at one of its steps. `seen` goes with every form of the page; what it does not speak
    of any more is answered with the changes in between, and with what was typed."""

    def __init__(self, request, pk: int, step: str):
        managing(request)
        self.request, self.step, self.pk = request, step, pk
        self.fault, self.meanwhile, self.status = "", [], 200
        self.load()

    def load(self):
        rows = FormDraft.objects.select_related("made_by")
        self.row = get_object_or_404(rows, pk=self.pk)
        self.row.region = self.request.region
        self.table = drafting.read(self.row.text)
        self.seen = drafting.version_of(self.row)

    def address(self, name: str) -> str:
        """Of another page of the draft."""
        return reverse(f"office:{name}", args=[self.request.region.slug, self.pk])

    @property
    def for_change(self) -> FormDraft:
        """The row for a form to write on, which leaves the page's own as it is."""
        return copy(self.row)

    @property
    def is_current(self) -> bool:
        return self.request.POST.get("seen", "") == self.seen

    def keeps(self, form) -> bool:
        """Keep what is typed in a form; False with the page's fault and status where it is not."""
        if not self.is_current:
            return self.moved_on()
        if not form.is_valid():
            self.status = 422
            return False
        return self._stores(form.applied_to(self.for_change))

    def does(self, change) -> bool:
        """Keep the definition as `change` makes it, likewise."""
        if not self.is_current:
            return self.moved_on()
        try:
            table = change(self.table)
        except InUse as refusal:
            return self._refused(str(refusal))
        if fault := drafting.spoilt(self.table, table):
            return self._refused(drafting.told(fault))
        row = self.for_change
        row.text = drafting.written(table)
        return self._stores(row)

    def _stores(self, row: FormDraft) -> bool:
        try:
            drafting.store(row, seen=self.seen)
        except drafting.MovedOn:
            return self.moved_on()
        return True

    def _refused(self, words: str) -> bool:
        self.fault, self.status = words, 422
        return False

    def moved_on(self, what: str = "保存") -> bool:
        """The page as it is now, with the changes in between; `what` was not done. Raises Http404
        for a draft that is gone."""
        self.load()
        by, self.meanwhile = drafting.since(self.row, self.request.POST.get("seen", ""))
        self.fault, self.status = (
            f"{by or '有人'}刚刚改过这份草稿，这次没有{what}。请核对后再做一次。",
            409,
        )
        return False

    def shown(self, template: str, context: dict):
        table = self.table
        numbers = {"indicators": len(table["indicators"]), "rules": len(table.get("rules", []))}
        steps = [
            tab(label, self.address(name) + anchor, step == self.step, numbers.get(step))
            for step, label, name, anchor in STEPS
        ]
        common = {
            "draft": self.row,
            "title": table["title"],
            "steps": steps,
            "seen": self.seen,
            "fault": self.fault,
            "meanwhile": self.meanwhile,
        }
        return render(self.request, template, common | context, status=self.status)


def found_or_404(row: dict | None) -> dict:
    if row is None:
        raise Http404
    return row
