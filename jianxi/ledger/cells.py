"""How a cell is read: one kind for each sort of column.

A cell comes as the spreadsheet has it (str, float, bool, date, datetime, time, timedelta), trimmed
and not blank. `read` gives the value, or raises `Unfit` with words for whoever filled it in.
"""

import math
import re
from datetime import date, datetime
from decimal import Decimal

from jianxi.identifiers import (
    InvalidIdentifier,
    clean_name,
    clean_text,
    normalise,
    parse_bank_card,
    parse_phone,
    parse_uscc,
)

EXACT_BELOW = 10**15  # a spreadsheet keeps 15 digits of a number
SHOWN = 20
_LONG_NUMBER = re.compile(r"([0-9]{3})[0-9]{5,}([0-9Xx]{2})")


class Unfit(ValueError):
    """The cell cannot be read as its column wants; the message says how to mend it."""


def short(text) -> str:
    """Printable and not long."""
    clean = "".join(c if c.isprintable() else "□" for c in str(text))
    return clean if len(clean) <= SHOWN else clean[:SHOWN] + "…"


def shown(cell) -> str:
    """What was typed, to be quoted in a message. In the wrong column it may be anyone's identity,
    telephone or card number: of long ones the middle is left out."""
    text = plain(cell) if is_number(cell) else str(cell)
    return short(_LONG_NUMBER.sub(r"\1****\2", text))


class Kind:
    """`blank`: what an empty cell means. `hint`: a line for the template's header comment."""

    blank: object = None
    hint = ""
    is_text = False  # the template formats the column as text
    memo = False  # few different cells: what was read once is remembered

    def read(self, cell):
        raise NotImplementedError

    def bind(self, book):
        """The reading function for one import, where it depends on the region."""
        return self.read

    def options(self, book) -> list[str]:
        """What may be chosen from, for the template."""
        return []


class Text(Kind):
    """Free text; a number in the cell is taken as it looks."""

    blank = ""

    def __init__(self, length: int | None = None):
        self.length = length
        self.hint = f"最多{length}个字" if length else ""

    def read(self, cell):
        return self.fitting(self.clean(text_of(cell)))

    def clean(self, text: str) -> str:
        return text if text.isprintable() else _words(clean_text, text)

    def fitting(self, text: str) -> str:
        if self.length and len(text) > self.length:
            raise Unfit(f"最多{self.length}个字，现在有{len(text)}个")
        return text


class Name(Text):
    def clean(self, text):
        return _words(clean_name, text)


class Number(Text):
    """编号: what a record is known by. Blanks, full-width and lower case are forgiven."""

    is_text = True

    def clean(self, text):
        return code_of(text)


class Code(Kind):
    """A number with check digits that a spreadsheet would shorten: must be text."""

    blank = ""
    is_text = True
    hint = "单元格用文本格式"

    def __init__(self, parse=normalise):
        self.parse = parse

    def read(self, cell):
        if not isinstance(cell, str):
            raise Unfit("应为文本：存成数字会丢失末尾几位，请把单元格设为文本格式后重新填写")
        return _words(self.parse, cell)


class Phone(Kind):
    blank = ""
    is_text = True

    def __init__(self, *, mobile_only: bool = False):
        self.mobile_only = mobile_only

    def read(self, cell):
        return _words(parse_phone, text_of(cell), mobile_only=self.mobile_only)


USCC = Code(parse_uscc)
BANK_CARD = Code(parse_bank_card)


class Day(Kind):
    """A date cell, or text: 2026-10-08, 2026/10/8, 2026.10.08, 2026年10月8日. The time is dropped."""

    hint = "日期，例如 2026-10-08"
    memo = True
    EARLIEST = date(1900, 1, 1)
    _TEXT = re.compile(
        r"([0-9]{4})\s*([-/.年])\s*([0-9]{1,2})\s*([-/.月])\s*([0-9]{1,2})\s*(日?)"
        r"(?:[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
    )
    _SIGNS = {("-", "-", ""), ("/", "/", ""), (".", ".", ""), ("年", "月", "日"), ("年", "月", "")}

    def read(self, cell):
        if isinstance(cell, datetime):
            day = cell.date()
        elif isinstance(cell, date):
            day = cell
        elif isinstance(cell, str):
            day = self._parse(cell)
        elif is_number(cell):
            raise Unfit(f"是数字{plain(cell)}，不是日期，请把单元格设为日期格式")
        else:
            raise Unfit(f"“{shown(cell)}”不是日期，请写成 2026-10-08 的样子")
        if day < self.EARLIEST:
            raise Unfit(f"{day.isoformat()}太早，请核对年份")
        return day

    def _parse(self, text):
        found = self._TEXT.fullmatch(half_width(text))
        if not found or (found[2], found[4], found[6]) not in self._SIGNS:
            raise Unfit(f"“{shown(text)}”不是日期，请写成 2026-10-08 的样子")
        try:
            return date(int(found[1]), int(found[3]), int(found[5]))
        except ValueError:
            raise Unfit(f"没有“{shown(text)}”这一天，请核对") from None


class Whole(Kind):
    """A whole number of `least` or more; `blank` as the column says."""

    MOST = 2**31 - 1
    memo = True
    _TEXT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.0+)?")

    def __init__(self, *, least: int = 0, blank: int | None = None):
        self.least = least
        self.blank = blank
        self.hint = f"整数，{least}或以上"

    def read(self, cell):
        number = self._number(cell)
        if number < self.least:
            raise Unfit(f"应为{self.least}或以上的整数，现在是{number}")
        if number > self.MOST:
            raise Unfit("数字太大，请核对")
        return number

    def _number(self, cell):
        if isinstance(cell, str):
            text = half_width(cell)
            sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
            if self._TEXT.fullmatch(text):
                return int(Decimal(sign + text.replace(",", "")))
        elif is_number(cell) and cell == int(cell):
            return int(cell)
        raise Unfit(f"“{shown(cell)}”不是整数，请核对")


class Money(Kind):
    """Yuan with at most two decimals; `above_zero`, or 0 and more. `digits` the column's, in all."""

    _TEXT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")

    def __init__(self, digits: int, *, above_zero: bool = False):
        self.limit = Decimal(10) ** (digits - 2)
        self.above_zero = above_zero
        self.hint = f"单位元，{'大于0' if above_zero else '0或以上'}，最多两位小数"

    def read(self, cell):
        amount = self._amount(cell)
        if self.above_zero and amount <= 0:
            raise Unfit("金额应大于0；追回的款项请在“类型”列填写追回")
        if amount < 0:
            raise Unfit("金额不能是负数")
        if amount >= self.limit:
            raise Unfit("金额太大，请核对")
        if amount != (cents := amount.quantize(Decimal("0.01"))):
            raise Unfit(f"“{shown(cell)}”超过两位小数，单位是元")
        return cents

    def _amount(self, cell):
        if isinstance(cell, str):
            text = half_width(cell).replace(" ", "").lstrip("¥￥").removesuffix("元")
            sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
            if self._TEXT.fullmatch(text):
                return Decimal(sign + text.replace(",", ""))
        elif is_number(cell):
            # What a calculation leaves behind the fifteenth digit was not meant.
            return Decimal(f"{cell:.15g}")
        raise Unfit(f"“{shown(cell)}”不是金额，请填写数字，单位元")


class Choice(Kind):
    """One of some words. `values` maps each to what it stands for."""

    memo = True

    def __init__(self, values, *, blank="", key=normalise):
        if isinstance(values, type):  # a TextChoices class
            values = {member.label: member.value for member in values}
        self.key = key  # words that are the same to it are the same
        self.labels = list(values)
        self.values = {key(label): value for label, value in values.items()}
        self.blank = blank
        self.hint = "、".join(self.labels)

    def read(self, cell):
        try:
            return self.values[self.key(text_of(cell))]
        except KeyError:
            raise Unfit(
                f"“{shown(cell)}”不在可选范围内，请填写：{'、'.join(self.labels)}"
            ) from None

    def options(self, book):
        return self.labels


class Flag(Choice):
    def __init__(self):
        super().__init__({"是": True, "否": False}, blank=False)
        self.values |= {"√": True, "Y": True, "1": True, "×": False, "N": False, "0": False}

    def read(self, cell):
        return cell if isinstance(cell, bool) else super().read(cell)


# ---------------------------------------------------------------- cells as text

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def text_of(cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if is_number(cell):
        if abs(cell) >= EXACT_BELOW:
            raise Unfit("应为文本：存成数字会丢失末尾几位，请把单元格设为文本格式后重新填写")
        return plain(cell)
    raise Unfit("应为文字，现在是日期、时间或无效数字，请把单元格设为文本格式后重新填写")


def is_number(cell) -> bool:
    return isinstance(cell, float | int) and not isinstance(cell, bool) and math.isfinite(cell)


def plain(number) -> str:
    return f"{number:.15g}"


def code_of(text: str) -> str:
    """A code as it is stored (see identifiers.normalise)."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text.upper()
    code = normalise(text)
    if not code.isprintable():
        raise Unfit("含有不能保存的字符，请删除后重新输入")
    return code


def _words(parse, text, **options):
    try:
        return parse(text, **options)
    except InvalidIdentifier as fault:
        raise Unfit(str(fault)) from None
