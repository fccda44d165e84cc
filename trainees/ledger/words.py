"""What two columns of a ledger say in words: a document of identity, and a group."""

from jianxi.identifiers import (
    DOCUMENT_KINDS,
    RESIDENT_ID,
    InvalidIdentifier,
    document_kind,
    normalise,
    parse_document,
)
from jianxi.ledger.cells import Choice, Code, Kind, Unfit, text_of
from jianxi.ledger.sheets import Column
from regions.policy import wordings
from trainees import persons
from trainees.models import Group

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―－﹣~～〜至", "-"))


class DocumentName(Kind):
    """证件类型; a blank is the resident identity card."""

    blank = RESIDENT_ID
    memo = True
    hint = "空着就是居民身份证"

    def read(self, cell):
        try:
            return document_kind(text_of(cell))
        except InvalidIdentifier as fault:
            raise Unfit(str(fault)) from None

    def options(self, book):
        return [kind.label for kind in DOCUMENT_KINDS.values()]


class GroupName(Kind):
    """人员类别 in the region's words, those of earlier policies included."""

    memo = True
    hint = "按本地区的叫法"

    def bind(self, book):
        return Choice(self._words(), key=_any_dash).read

    def options(self, book):
        return list(self._words())

    def _words(self):
        words = {}
        for wording in wordings("youth_groups") or [dict(Group.choices)]:
            for group, name in wording.items():
                words.setdefault(name, group)
        return words


def _any_dash(text):
    return normalise(text).translate(DASHES)


def read_document(row):
    """The document that two columns name, and the hash the person is known by."""
    kind, number = row.cells.get("document_kind", RESIDENT_ID), row.cells.get("document_number")
    if number is None or not row.read("document_kind"):
        return
    try:
        document = row.cells["document"] = parse_document(kind, number)
    except InvalidIdentifier as fault:
        row.could_not_read("document_number", "证件号码", str(fault))
    else:
        row.cells["identity"] = persons.identity_hash(document.kind.code, document.number)


DOCUMENT_COLUMNS = (
    Column("证件类型", "document_kind", DocumentName()),
    Column("证件号码", "document_number", Code(), required=True),
)
