"""What a region's documents fix on a day, each figure with its clause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from regions.models import PolicyParameter, PolicyVersion


@dataclass(frozen=True)
class Parameter:
    """A figure, where it stands, and whether it binds (strict) or advises."""

    value: object
    source: str
    strict: bool
    document: str
    has_run_out: bool


class Policy(Mapping):
    """Parameters by key. A missing key: the documents are silent, nothing is checked."""

    def __init__(self, parameters: dict[str, Parameter]):
        self._parameters = parameters

    def __getitem__(self, key: str) -> Parameter:
        return self._parameters[key]

    def __iter__(self):
        return iter(self._parameters)

    def __len__(self):
        return len(self._parameters)

    def value(self, key: str, default=None):
        return self._parameters[key].value if key in self._parameters else default


def policy_at(day: date) -> Policy:
    """The policy of the region in scope: later versions add to and override earlier ones."""
    rows = PolicyParameter.objects.filter(version__in=PolicyVersion.objects.in_force(day))
    parameters = {}
    for row in rows.select_related("version").order_by("version__effective_from"):
        ends = row.version.effective_to
        has_run_out = ends is not None and ends < day
        parameters[row.key] = Parameter(
            row.value, row.source, row.strict, row.version.document, has_run_out
        )
    return Policy(parameters)


def wordings(key: str) -> list:
    """Every value a parameter has had, newest first: old ledgers speak the words of their time."""
    versions = PolicyVersion.objects.order_by("-effective_from").prefetch_related("parameters")
    return [row.value for version in versions for row in version.parameters.all() if row.key == key]
