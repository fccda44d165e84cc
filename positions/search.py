"""Positions sought by words.

Chinese writes no blanks between words, so text and query are cut by jieba's dictionary, the text
into long words and the short ones within (工程师 → 工程, 工程师). The words are kept as the tsvector
`Position.search`, without PostgreSQL's own parser, which would cut by the server's locale.

A position is found by where it is as well: by the names of its base's unit and of those above, full
and short (渝中区, 渝中), also where the dictionary would cut a name apart.

A position whose words changed, by whatever way, has no vector (the triggers say so) until `index`
cuts it anew: on save, at the end of a ledger, and every minute for what came otherwise.
"""

import pgtrigger
import rjieba
from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, Value
from django.db.models.signals import post_save
from django.dispatch import receiver

from bases.models import Base, EmployerProfile
from positions.models import Position
from regions.models import District

AT_ONCE = 2000
LONGEST = 20  # words of a query; what follows is left out
LETTERS = 60  # of a word; what is longer is none
EMPTY = set("的了和与及或在")  # say nothing by themselves
TEXT = ("number", "title", "category", "major", "workplace", "duties", "base__profile__name")
ENDINGS = (
    "回族自治区",
    "自治区",
    "自治县",
    "经开区",
    "新区",
    "区",
    "县",
    "市",
)  # left out in speaking


def words_of(*texts: str) -> list[str]:
    """The words some text is found by, each once, in order."""
    found = {}
    for text in texts:
        found |= dict.fromkeys(word for word in _cut(text) if _says_something(word))
    return list(found)


def words_sought(query: str) -> list[str]:
    """The words that all must be there. A long word made up of shorter ones counts as these, so
    that 前端开发 finds 开发前端页面 too."""
    found = {}
    for word in rjieba.cut(query.casefold(), False):
        parts = [part for part in rjieba.cut_for_search(word, False) if part != word]
        found |= dict.fromkeys(_tiles(word, parts) or [word])
    return [word for word in found if _says_something(word)][:LONGEST]


def place_words(*names: str) -> list[str]:
    """The words units are found by, whether a name is typed in full or without its ending."""
    found = {}
    for name in names:
        for form in filter(None, dict.fromkeys([name, short(name)])):
            found |= dict.fromkeys([*words_of(form), *words_sought(form)])
    return list(found)


def short(name: str) -> str:
    """璧山区 → 璧山; 忠县 stays, as nobody says 忠."""
    for ending in ENDINGS:
        if name.endswith(ending) and len(name) >= len(ending) + 2:
            return name.removesuffix(ending)
    return name


class Holds(Func):
    """Whether a vector answers a tsquery; an expression to filter by."""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def holding(query: str) -> Holds | None:
    """A filter of positions by words; None where the query holds no word."""
    words = words_sought(query)
    return Holds(F("search"), Value(" & ".join(map(_quoted, words)))) if words else None


# --- Keeping the vector


def index(positions) -> int:
    """Cut the words of these positions anew; returns how many there were."""
    with transaction.atomic():
        locked = positions.order_by("pk").select_for_update(no_key=True)
        ids = list(locked.values_list("pk", flat=True))
        found = Position.objects.filter(pk__in=ids)
        rows = list(found.values_list("pk", "base__district", *TEXT)) if ids else []
        if rows:
            labels, places = (
                dict(Position.Category.choices),
                _places({unit for _, unit, *_ in rows}),
            )
            cut = [
                "\n".join(
                    dict.fromkeys(
                        [*words_of(number, title, labels.get(category, ""), *others), *places[unit]]
                    )
                )
                for _, unit, number, title, category, *others in rows
            ]
            with connection.cursor() as cursor:
                cursor.execute(UPDATE, [[pk for pk, *_ in rows], cut])
    return len(rows)


def index_stale(positions=None) -> int:
    """Cut the words of all that have none; of all regions where no scope is entered."""
    stale = (Position.objects.all() if positions is None else positions).filter(search=None)
    done = 0
    while some := list(stale.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        done += index(Position.objects.filter(pk__in=some))
    return done


def _places(units: set[int]) -> dict[int, list[str]]:
    """The words of some units by number, with those of the units above."""
    regions = District.objects.filter(pk__in=units).values("region")
    rows = list(District.objects.filter(region__in=regions))
    return {
        unit.pk: place_words(
            *(
                name
                for one in rows
                if one.region_id == unit.region_id and unit.path.startswith(one.path)
                for name in (one.name, one.official_name)
            )
        )
        for unit in rows
        if unit.pk in units
    }


UPDATE = """
    UPDATE positions_position SET search = array_to_tsvector(string_to_array(cut.words, E'\\n'))
    FROM unnest(%s::bigint[], %s::text[]) AS cut (id, words)
    WHERE positions_position.id = cut.id
"""


@receiver(post_save, sender=Position)
def _saved(instance, raw=False, **kwargs):
    if not raw:
        index(Position.objects.filter(pk=instance.pk, search=None))


def _sought(model, trigger: str, columns: tuple[str, ...], found: str):
    """What positions are found by stands in another table too: when it changes there, they are cut
    anew. `found`: the positions a changed row (NEW) is about, in SQL."""
    pgtrigger.register(
        pgtrigger.Trigger(
            name=trigger,
            level=pgtrigger.Row,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(*columns),
            func=f"UPDATE positions_position SET search = NULL FROM {found}; RETURN NULL;",  # noqa: S608
        )
    )(model)


OF_BASE = "bases_base WHERE bases_base.id = positions_position.base_id"
_sought(
    EmployerProfile, "name_is_sought", ("name",), f"{OF_BASE} AND bases_base.profile_id = NEW.id"
)
_sought(Base, "place_is_sought", ("district",), f"{OF_BASE} AND bases_base.id = NEW.id")
_sought(
    District,
    "unit_is_sought",
    ("name", "official_name"),
    "bases_base JOIN regions_district unit ON unit.id = bases_base.district_id "
    "WHERE bases_base.id = positions_position.base_id AND unit.region_id = NEW.region_id "
    "AND starts_with(unit.path, NEW.path)",
)


# --- Cutting


def _cut(text: str) -> list[str]:
    return rjieba.cut_for_search(text.casefold(), False)


def _says_something(word: str) -> bool:
    sound = any(letter.isalnum() for letter in word)
    return sound and word not in EMPTY and len(word) <= LETTERS


def _tiles(word: str, parts: list[str]) -> list[str]:
    """Parts that laid end to end are the word; none if they do not fit."""
    if not word:
        return []
    for part in sorted(parts, key=len, reverse=True):
        if word.startswith(part):
            rest = word[len(part) :]
            if not rest:
                return [part]
            if tail := _tiles(rest, parts):
                return [part, *tail]
    return []


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
