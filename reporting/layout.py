"""The header of a form as a grid of merged cells, for the page and the xlsx alike."""

from dataclasses import dataclass, field

from reporting.definitions import FormDefinition


@dataclass(frozen=True)
class HeadCell:
    """A cell of the header; `row` and `col` count from 0, column 0 names the units.

    `code` is the indicator whose column a cell heads; a cell over several columns heads that of
    its own indicator too. A blank cell stands below a label that spans its parts as well.
    """

    label: str
    row: int
    col: int
    rowspan: int
    colspan: int
    code: str | None = None


@dataclass
class _Node:
    """A label of the header; `code` is None for one that has no column of its own."""

    label: str
    code: str | None = None
    parts: list["_Node"] = field(default_factory=list)

    @property
    def width(self) -> int:
        return (self.code is not None) + sum(part.width for part in self.parts)

    @property
    def height(self) -> int:
        return 1 + max((part.height for part in self.parts), default=0)


def header_grid(form: FormDefinition) -> list[list[HeadCell]]:
    """The header's rows, each with the cells that begin in it, from left to right.

    A label with parts spans its own column and theirs, with its own column blank below it, as the
    official forms print it: [8 … [9 … [10]] [11]].
    """
    nodes = _nest(form)
    depth = max(node.height for node in nodes)
    rows: list[list[HeadCell]] = [[] for _ in range(depth)]
    rows[0].append(HeadCell(form.unit_heading, 0, 0, depth, 1))
    _place(nodes, rows, row=0, col=1)
    return [sorted(row, key=lambda cell: cell.col) for row in rows]


def number_row(form: FormDefinition) -> list[str]:
    """The row of column numbers below the header, or nothing if the form has none."""
    return ["", *form.by_code] if form.number_row else []


def _nest(form: FormDefinition) -> list[_Node]:
    top: list[_Node] = []
    by_code: dict[str, _Node] = {}
    for indicator in form.indicators:
        node = by_code[indicator.code] = _Node(indicator.label, indicator.code)
        siblings = by_code[indicator.parent].parts if indicator.parent else top
        for label in filter(None, (indicator.group, indicator.under)):
            if not siblings or siblings[-1].code or siblings[-1].label != label:
                siblings.append(_Node(label))
            siblings = siblings[-1].parts
        siblings.append(node)
    return top


def _place(nodes: list[_Node], rows: list[list[HeadCell]], row: int, col: int) -> None:
    left = len(rows) - row
    for node in nodes:
        span = 1 if node.parts else left
        rows[row].append(HeadCell(node.label, row, col, span, node.width, node.code))
        if node.parts:
            own = node.code is not None
            if own:
                rows[row + 1].append(HeadCell("", row + 1, col, left - 1, 1, node.code))
            _place(node.parts, rows, row + 1, col + own)
        col += node.width
