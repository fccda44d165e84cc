"""Positions sought by words.

Chinese writes no blanks between words, so text and query are cut by jieba's dictionary, the text
into long words and the short ones within (工程师 → 工程, 工程师). The words are kept as the tsvector
`Position.search`, without PostgreSQL's own parser, which would cut by the server's locale.

A position whose words changed, by whatever way, has no vector (the triggers say so) until `index`
cuts it anew: on save, at the end of a ledger, and every minute for what came otherwise.
"""

import pgtrigger
import rjieba
from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, Value
from django.db.models.signals import post_save
from django.dispatch import receiver

from bases.models import EmployerProfile
from positions.models import Position

AT_ONCE = 2000
LONGEST = 20  # words of a query; what follows is left out
LETTERS = 60  # of a word; what is longer is none
EMPTY = set("的了和与及或在")  # say nothing by themselves
TEXT = ("number", "title", "category", "major", "workplace", "duties", "base__profile__name")


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
        rows = list(Position.objects.filter(pk__in=ids).values_list("pk", *TEXT)) if ids else []
        if rows:
            labels = dict(Position.Category.choices)
            cut = [
                "\n".join(words_of(number, title, labels.get(category, ""), *others))
                for _, number, title, category, *others in rows
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


UPDATE = """
    UPDATE positions_position SET search = array_to_tsvector(string_to_array(cut.words, E'\\n'))
    FROM unnest(%s::bigint[], %s::text[]) AS cut (id, words)
    WHERE positions_position.id = cut.id
"""


@receiver(post_save, sender=Position)
def _saved(instance, raw=False, **kwargs):
    if not raw:
        index(Position.objects.filter(pk=instance.pk, search=None))


# A unit's name is among its positions' words.
pgtrigger.register(
    pgtrigger.Trigger(
        name="name_is_sought",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("name"),
        func="""
            UPDATE positions_position SET search = NULL FROM bases_base
            WHERE bases_base.id = positions_position.base_id AND bases_base.profile_id = NEW.id;
            RETURN NULL;
        """,
    )
)(EmployerProfile)


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
