"""Brings in a region's forms and targets with its folder of data."""

import re
from collections.abc import Iterator
from datetime import date

from django.dispatch import receiver

from regions.folders import InvalidRegion
from regions.models import District
from regions.signals import region_loaded
from reporting.conditions import CONDITIONS, SOURCES
from reporting.definitions import (
    KINDS,
    MONEY_UNIT,
    FormDefinition,
    Indicator,
    InvalidForm,
    form_data,
)
from reporting.models import Form, Target
from reporting.rules import InvalidRule, parse_rule

SINCE = date(2000, 1, 1)
MOST_INDICATORS, LONGEST, LONGEST_TITLE = 60, 120, 60
PEOPLE = ("人", "名", "人次", "人数")
CODE, RULE_CODE = re.compile(r"[A-Za-z]{0,4}[0-9]{1,3}"), re.compile(r"[A-Za-z]{1,3}[0-9]{1,2}")


def check(key: str, definition: dict) -> FormDefinition:
    """A form is fit for use: readable, its conditions and sums known, its rules sound.

    Raises InvalidForm or InvalidRule with words for whoever wrote it.
    """
    form = FormDefinition.from_dict(key, definition)
    for fault in _faults(form):
        raise fault
    return form


def faults(definition: dict) -> list[InvalidForm | InvalidRule]:
    """All that `check` would raise, one after the other; of what cannot be read the first alone."""
    try:
        return list(_faults(FormDefinition.from_dict("", definition)))
    except InvalidForm as error:
        return [error]


def _faults(form: FormDefinition) -> Iterator[InvalidForm | InvalidRule]:
    yield from _out_of_bounds(form)
    for indicator in form.indicators:
        yield from _unfit(indicator)
    for source in form.rules:
        try:
            rules = parse_rule(source, form)
        except InvalidRule as error:
            yield error
        else:
            for code in sorted({code for rule in rules for code in rule.moved}):
                if not _known_to_begin(form.by_code[code]):
                    yield InvalidForm(
                        f"指标{code}看不出什么时候增加、减少，规则里不能用它的新增和减少"
                    )


def _known_to_begin(indicator: Indicator) -> bool:
    known = CONDITIONS[indicator.of]
    return any(known[name].begins for name in indicator.where if name in known)


def _unfit(indicator: Indicator) -> Iterator[InvalidForm]:
    """Its conditions and sum are known, its kind is one that its conditions make, and only people
    are counted in people."""
    known, kind = CONDITIONS[indicator.of], indicator.kind
    if unknown := set(indicator.where) - set(known):
        yield InvalidForm(f"指标{indicator.code}用到不认识的条件：{'、'.join(sorted(unknown))}")
        return
    if not any(known[name].day for name in indicator.where):
        yield InvalidForm(f"指标{indicator.code}缺少说明时间的条件", "where")
    if indicator.sum and indicator.sum not in SOURCES[indicator.of].sums:
        yield InvalidForm(f"指标{indicator.code}不能按“{indicator.sum}”相加", "sum")
    if kind != "plan" and all(known[name].kind != kind for name in indicator.where):
        fit = dict.fromkeys(f"“{one.name}”" for one in known.values() if one.kind == kind)
        advice = f"请加上{'或'.join(fit)}，或" if fit else "这种记录也没有这样的条件，请"
        yield InvalidForm(
            f"指标{indicator.code}是{KINDS[kind]}，条件里没有一条说明{_TIMES[kind]}，"
            f"{advice}改选另一种数",
            "kind",
        )
    if indicator.unit in PEOPLE and (indicator.sum or "") not in SOURCES[indicator.of].people:
        yield InvalidForm(
            f"指标{indicator.code}数出来的不是人数，计量单位不能写“{indicator.unit}”", "unit"
        )


_TIMES = {"stock": "期末的情形", "flow": "本期发生的事", "cumulative": "本年以来的事"}


def _out_of_bounds(form: FormDefinition) -> Iterator[InvalidForm]:
    """What pages, workbooks and tables have no room for."""
    if not 1 <= len(form.indicators) <= MOST_INDICATORS:
        yield InvalidForm(f"一张表应有1到{MOST_INDICATORS}项指标")
    if len(form.title) > LONGEST_TITLE:
        yield InvalidForm(f"表名太长，最多{LONGEST_TITLE}个字", "title")
    texts = [form.title, form.unit_heading, form.unit_note, *form.heading, *form.footer]
    texts += [text for i in form.indicators for text in (i.label, i.unit, i.group, i.under) if text]
    texts += [text for rule in form.rules for text in (rule.official, rule.expr)]
    for too_long in [text for text in texts if len(text) > LONGEST]:
        yield InvalidForm(f"“{too_long[:20]}…”太长，最多{LONGEST}个字")
    if not form.title.strip():
        yield InvalidForm("没有写表名", "title")
    if any(not text.isprintable() for text in (*texts, *form.notes)):
        yield InvalidForm("表里有不能显示的字符")
    for indicator in form.indicators:
        name = f"指标{indicator.code}"
        if not CODE.fullmatch(indicator.code):
            yield InvalidForm(f"{name}的编号应是数字，前面可以有最多四个字母，如 7、a7", "code")
        if not indicator.label.strip():
            yield InvalidForm(f"{name}没有名称")
        if indicator.is_money and indicator.sum != "amount":
            yield InvalidForm(
                f"{name}不是把金额相加的，计量单位不能写“{MONEY_UNIT}”；要算金额，请选把金额相加",
                "unit",
            )
        if indicator.sum == "amount" and not indicator.is_money:
            yield InvalidForm(f"{name}把金额相加，计量单位要写“{MONEY_UNIT}”", "unit")
    if len([i for i in form.indicators if i.kind == "plan"]) > 1:
        yield InvalidForm("一张表最多有一项计划数", "kind")
    for rule in form.rules:
        if not RULE_CODE.fullmatch(rule.code):
            yield InvalidForm(f"规则{rule.code[:20]}的编号应是一到三个字母加数字，如 R1", "code")
        if rule.not_in_month not in (None, *range(1, 13)):
            yield InvalidForm(f"规则{rule.code}的月份应是1到12")


def in_words_of_region(data: dict, entry: dict) -> dict:
    """The form's data with the title and labels the region uses, and how far its figures may
    change unexplained (`changes`: by code, what an indicator says of it)."""
    FormDefinition.from_dict(entry["key"], data).adapted(labels=entry.get("labels"))
    labels, changes = entry.get("labels", {}), entry.get("changes", {})
    if unknown := changes.keys() - {indicator["code"] for indicator in data["indicators"]}:
        raise InvalidForm(f"表{entry['key']}没有指标{'、'.join(sorted(unknown))}，不能设变动幅度")
    return data | {
        "title": entry.get("title", data["title"]),
        "indicators": [
            indicator
            | {"label": labels.get(indicator["code"], indicator["label"])}
            | changes.get(indicator["code"], {})
            for indicator in data["indicators"]
        ],
    }


@receiver(region_loaded)
def load_forms(sender, region, facts, **kwargs):
    for order, entry in enumerate(facts.forms):
        try:
            own = facts.form_data.get(entry["key"])
            definition = in_words_of_region(own or form_data(entry["key"]), entry)
            check(entry["key"], definition)
        except (FileNotFoundError, InvalidForm, InvalidRule) as error:
            raise InvalidRegion(f"{facts.slug}的报表{entry['key']}：{error}") from error
        Form.objects.update_or_create(
            region=region,
            key=entry["key"],
            effective_from=entry.get("effective_from", SINCE),
            defaults={
                "title": definition["title"],
                "order": order,
                "reporting_level": entry.get("reporting_level", ""),
                "definition": definition,
            },
        )


@receiver(region_loaded)
def load_targets(sender, region, facts, **kwargs):
    districts = {unit.key: unit for unit in District.objects.all()}
    wanted = {
        (year, districts[key].pk, column): value
        for year, units in facts.targets.items()
        for key, columns in units.items()
        for column, value in columns.items()
    }
    kept = {(t.year, t.district_id, t.key) for t in Target.objects.all()}
    Target.objects.bulk_create(
        Target(region=region, year=year, district_id=district, key=column, value=value)
        for (year, district, column), value in wanted.items()
        if (year, district, column) not in kept
    )
