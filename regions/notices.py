"""The State Council's yearly notice on holidays, read from its own words.

Staff paste its paragraphs, or write lines of the same kind:

    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
    春节 2027-02-05 至 2027-02-11 放假，2027-01-31、2027-02-20 上班

Pure. Weekdays and day counts that stand in the text are held against the calendar, so that a slip
of the pen or a wrong year is found before it moves a deadline.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

WEEKDAYS = "一二三四五六日"
HOLIDAYS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
LONGEST = 16  # days a holiday may last; more is a slip
EDGE = timedelta(days=15)  # how far a notice may reach into the years beside its own

DAY = re.compile(
    r"(?<!\d)(?:(?:(?P<year>\d{4})[年/.-])?(?P<month>\d{1,2})[月/.-])?(?P<day>\d{1,2})(?P<sign>日?)"
    r"(?!\d)\s*(?:\((?P<note>[^()]*)\))?"
)
TO = re.compile(r"\s*[至到~—–-]+\s*")
# Some days, what is done on them, and how many they are said to be.
STATEMENT = re.compile(
    r"(?P<days>.*?)(?P<verb>(?:放假|调休|补休|休息|上班)+)(?:[,\s]*共\s*(?P<total>\d+)\s*天)?"
)
NUMBERING = re.compile(r"^\s*(?:[一二三四五六七八九十]+|\d+)\s*[、.]\s*(?!\d)")
NAME = re.compile(r"^\s*(?P<name>[^\d\s:,;。()]{2,20}?)\s*[:,]?\s*(?=\d)")


class UnreadableNotice(ValueError):
    """What is wrong with the text: `faults`, a sentence each."""

    def __init__(self, *faults: str):
        super().__init__("".join(faults))
        self.faults = faults


@dataclass(frozen=True, order=True)
class NoticeDay:
    """A day off, or one worked instead."""

    day: date
    is_working: bool
    name: str = ""


def read_notice(year: int, text: str) -> list[NoticeDay]:
    """The days a notice for the year names, in order. Raises UnreadableNotice."""
    days, faults = {}, []
    for number, line in enumerate(unicodedata.normalize("NFKC", text).splitlines(), 1):
        try:
            for one in _line(year, line):
                if days.setdefault(one.day, one).is_working != one.is_working:
                    raise UnreadableNotice(f"{one.day} 既放假又上班。")
        except UnreadableNotice as unreadable:
            faults += [f"第 {number} 行：{fault}" for fault in unreadable.faults]
    if faults:
        raise UnreadableNotice(*faults)
    if not days:
        raise UnreadableNotice("没有读到日期。请粘贴通知里各节假日的安排，一段一行。")
    return sorted(days.values())


def unnamed(days: Iterable[NoticeDay]) -> list[str]:
    """The year's holidays that none of the days is named for: perhaps forgotten."""
    names = "".join(one.name for one in days if not one.is_working)
    return [holiday for holiday in HOLIDAYS if holiday not in names]


def written(days: Iterable[NoticeDay]) -> str:
    """The days as lines that `read_notice` reads back."""
    # days that follow each other, alike in all else, have their place and their date in step
    runs = groupby(
        enumerate(sorted(days)),
        lambda at: (at[1].day - timedelta(days=at[0]), at[1].is_working, at[1].name),
    )
    lines = []
    for (_, is_working, name), run in runs:
        found = [one.day for _, one in run]
        span = f"{found[0]} 至 {found[-1]}" if len(found) > 1 else str(found[0])
        lines.append(f"{name or '调休'} {span} {'上班' if is_working else '放假'}")
    return "\n".join(lines)


def _line(year: int, line: str) -> Iterator[NoticeDay]:
    line = NUMBERING.sub("", line)
    if not _names_a_day(line):  # the notice's other sentences
        return
    named = NAME.match(line)
    name = named["name"] if named else ""
    reader = _Dates(year)
    read_to = 0
    for statement in STATEMENT.finditer(line):
        working = "上班" in statement["verb"]
        label = f"{name}调休" if working and name and not name.endswith("调休") else name
        days = [day for span in reader.spans(statement["days"]) for day in span]
        if statement["total"] and int(statement["total"]) != len(days):
            raise UnreadableNotice(f"写的是共 {statement['total']} 天，日期却有 {len(days)} 天。")
        yield from (NoticeDay(day, working, label) for day in days)
        read_to = statement.end()
    if _names_a_day(line[read_to:]):
        raise UnreadableNotice(f"“{line[read_to:].strip()[:20]}”没有写明日期和放假还是上班。")


def _names_a_day(text: str) -> bool:
    return any(found["month"] or found["sign"] for found in DAY.finditer(text))


class _Dates:
    """Reads dates one after another: `10月1日至7日` says the month once."""

    def __init__(self, year: int):
        self.year, self.month = year, None

    def spans(self, text: str) -> Iterator[list[date]]:
        at = 0
        while found := DAY.search(text, at):
            at = found.end()
            first = last = self._date(found)
            to = TO.match(text, at)
            if to and (end := DAY.match(text, to.end())):
                last, at = self._date(end), end.end()
            if last < first:
                raise UnreadableNotice(f"{first} 至 {last}：结束早于开始。跨年的请写明年份。")
            length = (last - first).days + 1
            if length > LONGEST:
                raise UnreadableNotice(f"{first} 至 {last} 超过 {LONGEST} 天，请核对。")
            yield [first + timedelta(days=n) for n in range(length)]

    def _date(self, found: re.Match) -> date:
        self.month = int(found["month"]) if found["month"] else self.month
        if self.month is None or not (found["month"] or found["sign"]):
            raise UnreadableNotice(f"“{found[0].strip()}”不是完整的日期，请写几月几日。")
        try:
            day = date(int(found["year"] or self.year), self.month, int(found["day"]))
        except ValueError:
            raise UnreadableNotice(f"没有“{found[0].strip()}”这一天。") from None
        if not date(self.year, 1, 1) - EDGE <= day <= date(self.year, 12, 31) + EDGE:
            raise UnreadableNotice(f"{day} 不在 {self.year} 年。")
        weekday = WEEKDAYS[day.weekday()]
        for said in re.findall(rf"(?:周|星期)([{WEEKDAYS}])", found["note"] or ""):
            if said != weekday:
                raise UnreadableNotice(f"{day} 是周{weekday}，写的却是周{said}。")
        return day
