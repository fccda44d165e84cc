"""Brings in a region's forms and targets with its folder of data."""

from datetime import date

from django.dispatch import receiver

from regions.models import District
from regions.signals import region_loaded
from reporting.conditions import CONDITIONS, SOURCES
from reporting.definitions import FormDefinition, InvalidForm, form_data
from reporting.models import Form, Target
from reporting.rules import parse_rules

SINCE = date(2000, 1, 1)


def check(key: str, definition: dict) -> FormDefinition:
    """A form is fit for use: readable, its conditions and sums known, its rules sound.

    Raises InvalidForm or InvalidRule with words for whoever wrote it.
    """
    form = FormDefinition.from_dict(key, definition)
    for indicator in form.indicators:
        unknown = set(indicator.where) - set(CONDITIONS[indicator.of])
        if unknown:
            raise InvalidForm(f"指标{indicator.code}用到不认识的条件：{'、'.join(sorted(unknown))}")
        if not any(CONDITIONS[indicator.of][name].day for name in indicator.where):
            raise InvalidForm(f"指标{indicator.code}缺少说明时间的条件")
        if indicator.sum and indicator.sum not in SOURCES[indicator.of].sums:
            raise InvalidForm(f"指标{indicator.code}不能按“{indicator.sum}”相加")
    for code in {code for rule in parse_rules(form) for code in rule.moved}:
        indicator = form.by_code[code]
        if not any(CONDITIONS[indicator.of][name].begins for name in indicator.where):
            raise InvalidForm(f"指标{code}看不出什么时候增加、减少，规则里不能用它的新增和减少")
    return form


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
        definition = in_words_of_region(form_data(entry["key"]), entry)
        check(entry["key"], definition)
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
