"""What an import came to."""

from collections import Counter
from dataclasses import asdict, dataclass, field

from jianxi.ledger.workbook import Layout

VERDICTS = {
    "created": "新增",
    "updated": "更新",
    "unchanged": "未变",
    "refused": "退回",
}


@dataclass(frozen=True)
class Remark:
    """Something about a row: `row` as the spreadsheet numbers it, `column` by its header, or ""."""

    sheet: str
    row: int
    column: str
    message: str

    def __str__(self):
        return f"{self.column}：{self.message}" if self.column else self.message


@dataclass
class Outcome:
    """`counts`: per sheet, its rows, what became of them, and how many have a hint."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    refused: list[Remark] = field(default_factory=list)
    hints: list[Remark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    layouts: list[Layout] = field(default_factory=list)

    def add(self, sheet: str, rows):
        verdicts = Counter(row.verdict for row in rows)
        self.counts[sheet] = {
            "rows": len(rows),
            **{verdict: verdicts[verdict] for verdict in VERDICTS},
            "hints": sum(bool(row.hints) for row in rows),
        }
        for row in rows:
            self.refused += [Remark(sheet, row.number, *fault) for fault in row.faults]
            self.hints += [Remark(sheet, row.number, *hint) for hint in row.hints]

    @property
    def refused_rows(self) -> int:
        return sum(counts["refused"] for counts in self.counts.values())

    def as_json(self, most: int | None = None) -> dict:
        """`most`: how many faults, and how many hints, are told one by one."""
        return {
            "sheets": self.counts,
            "refused": [asdict(remark) for remark in self.refused[:most]],
            "hints": [asdict(remark) for remark in self.hints[:most]],
            "notes": self.notes,
        }
