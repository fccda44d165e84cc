"""What is asked and typed about youths and their agreements."""

import django_filters
from django import forms
from django.utils import timezone

from jianxi.corrections import EMPTIED, NONE, RecordForm
from jianxi.crypto import keyed_hash
from jianxi.identifiers import (
    DOCUMENT_KINDS,
    MALE,
    clean_name,
    parse_bank_card,
    parse_document,
    parse_phone,
)
from jianxi.lists import ListFilter, days
from positions.models import Position
from regions.models import District
from trainees import persons
from trainees.clashes import clash
from trainees.groups import group_words
from trainees.models import Agreement, Group, Trainee
from trainees.queries import AgreementState, TraineeState


class TraineeFilter(ListFilter):
    words = "姓名，或完整证件号、手机号"

    state = django_filters.ChoiceFilter(
        label="见习状态", choices=TraineeState.choices, method="by_state", empty_label="全部"
    )
    group = django_filters.ChoiceFilter(label="人员类别", choices=Group.choices, empty_label="全部")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["group"].extra["choices"] = list(group_words(self.today).items())


NOT_ARRIVED_LATE = "late"  # of those not arrived, whose agreed first day is past


class AgreementFilter(ListFilter):
    words = "编号、姓名、单位"

    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[*AgreementState.choices, (NOT_ARRIVED_LATE, "过了约定开始未到岗")],
        method="by_state",
        empty_label="全部",
    )
    end_kind = django_filters.ChoiceFilter(
        label="结束方式", choices=Agreement.EndKind.choices, empty_label="全部"
    )
    signed_since, signed_until = days("signed_on", "签订日期")

    def by_state(self, queryset, name, state):
        if state == NOT_ARRIVED_LATE:
            rows = queryset.in_state(AgreementState.NOT_ARRIVED, self.today)
            return rows.filter(planned_start__lt=self.today)
        return super().by_state(queryset, name, state)


class TraineeForm(RecordForm):
    """Another document number is another identity: the youth and all agreements go over to it.

    `districts`: where the user edits; what lies elsewhere is not told in a clash.
    """

    section = "见习人员"
    at = {
        "trainee_once_a_region": "document_number",
        "trainee_graduate_has_graduated": "graduated_on",
        "agreement_one_running_per_person": "document_number",
    }
    past = ("birth_date", "unemployed_since")
    also = (Agreement,)

    document_type = forms.ChoiceField(
        label="证件类型", choices=[(kind.code, kind.label) for kind in DOCUMENT_KINDS.values()]
    )
    home_district = forms.ModelChoiceField(None, label="常住区县", required=False, empty_label=NONE)

    class Meta:
        model = Trainee
        fields = [
            "name",
            "document_type",
            "document_number",
            "birth_date",
            "sex",
            "group",
            "schooling",
            "education",
            "school",
            "major",
            "graduated_on",
            "studying",
            "employed",
            "unemployed_since",
            "hardship",
            "skills",
            "wish",
            "phone",
            "home_district",
            "bank_card",
            "bank",
        ]

    def __init__(self, *args, districts, **kwargs):
        super().__init__(*args, **kwargs)
        self.districts = districts
        self.fields["home_district"].queryset = District.objects.exclude(parent=None)
        self.fields["group"].choices = list(group_words(timezone.localdate()).items())
        for name in ("birth_date", "sex"):
            self.fields[name].required = False
            self.fields[name].help_text += "证件号码带有的，以号码为准。"

    def clean(self):
        typed = {name: self.cleaned_data.get(name) for name in ("name", "phone", "bank_card")}
        cleaned = super().clean()
        if typed["name"]:
            with self.told_at("name"):
                cleaned["name"] = clean_name(typed["name"])
        self._clean_number("phone", "phone", typed, parse_phone)
        self._clean_number("bank_card", "card", typed, lambda text: parse_bank_card(text).number)
        self._clean_document(cleaned)
        self._clean_graduation(cleaned)
        return cleaned

    def _clean_number(self, name, kind, typed, read):
        """A number that was typed is checked, and found again by its hash."""
        if typed[name] and typed[name] != EMPTIED:
            with self.told_at(name):
                self.cleaned_data[name] = read(typed[name])
        if name in self.cleaned_data:
            number = self.cleaned_data[name]
            setattr(self.instance, f"{name}_hash", keyed_hash(kind, number) if number else None)

    def _clean_document(self, cleaned):
        if not {"document_type", "document_number"} <= cleaned.keys():
            return
        kind, number = DOCUMENT_KINDS[cleaned["document_type"]], cleaned["document_number"]
        document = None
        with self.told_at("document_number"):
            document = parse_document(kind, number)
        if document is None:
            return
        cleaned["document_type"], cleaned["document_number"] = document.kind.code, document.number
        if document.birth_date:
            carried = {
                "birth_date": document.birth_date,
                "sex": "M" if document.sex == MALE else "F",
            }
            for name, value in carried.items():
                if name in self.changed_data and cleaned.get(name) not in (None, "", value):
                    self.add_error(name, "与证件号码不符。号码带有的以号码为准，不用填写。")
                cleaned[name] = value
        elif not cleaned.get("birth_date") and "birth_date" not in self.errors:
            self.add_error("birth_date", f"{document.kind.label}号码不带出生日期，请填写。")
        person = persons.identify(document.kind.code, document.number)
        if person.pk != self.instance.person_id:
            self.instance.person = person
            for agreement in self.instance.agreements.standing():
                if words := clash(agreement, person, self.districts):
                    self.add_error("document_number", f"协议 {agreement.number}：{words}")

    def _clean_graduation(self, cleaned):
        """The figures ask in which year the graduates among the agreements graduated."""
        if cleaned.get("graduated_on") or "graduated_on" in self.errors:
            return
        signed_as_graduate = self.instance.agreements.standing().filter(group=Group.GRADUATE)
        if cleaned.get("group") != Group.GRADUATE and signed_as_graduate.exists():
            self.add_error("graduated_on", "此人有以毕业生身份签订的协议，毕业日期不能为空。")

    def save(self, commit=True):
        trainee = super().save()
        Agreement.objects.filter(trainee=trainee).exclude(person=trainee.person_id).update(
            person=trainee.person_id
        )
        return trainee


class AgreementForm(RecordForm):
    """`districts`: where the user edits. A position may be named only there, and what lies
    elsewhere is not told in a clash."""

    section = "见习协议"
    at = {
        "agreement_number_once": "number",
        "agreement_planned_end_after_start": "planned_end",
        "agreement_arrival_after_signing": "arrived_on",
        "agreement_end_after_beginning": "ended_on",
        "agreement_end_kind_and_day_together": "end_kind",
        "agreement_cancelled_without_arrival": "arrived_on",
        "agreement_early_means_retained": "outcome",
        "agreement_terminated_not_retained": "outcome",
        "agreement_one_running_per_person": "signed_on",
    }
    past = ("arrived_on", "ended_on")
    not_negative = ("allowance",)

    position_number = forms.CharField(label="岗位编号", max_length=40)

    class Meta:
        model = Agreement
        fields = [
            "number",
            "group",
            "signed_on",
            "planned_start",
            "planned_end",
            "arrived_on",
            "ended_on",
            "end_kind",
            "end_reason",
            "outcome",
            "outcome_on",
            "mentor",
            "allowance",
            "insurer",
            "insurance_number",
        ]

    def __init__(self, *args, instance, districts, **kwargs):
        initial = {"position_number": instance.position.number} | kwargs.pop("initial", {})
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        self.districts = districts
        self.fields["group"].choices = list(group_words(timezone.localdate()).items())
        self.order_fields(["number", "position_number"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("end_kind") == Agreement.EndKind.RETAINED_EARLY and not cleaned.get(
            "outcome"
        ):
            cleaned["outcome"] = Agreement.Outcome.RETAINED
        if (number := cleaned.get("position_number")) and "position_number" in self.changed_data:
            within = Position.objects.published().in_districts(self.districts)
            if position := within.filter(number=number).first():
                self.instance.position = position
            else:
                self.add_error("position_number", "您办理的区县里没有这个编号的岗位。")
        if cleaned.get("group") == Group.GRADUATE and not self.instance.trainee.graduated_on:
            self.add_error("group", "此人没有毕业日期，请先在见习人员里补上。")
        return cleaned

    def judge(self):
        if words := clash(self.instance, self.instance.person, self.districts):
            self.add_error("signed_on", words)
