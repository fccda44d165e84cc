"""What all records of the programme share: they lie in a district, they can be voided, and they
are never deleted."""

from collections.abc import Callable

from django.db import models
from django.db.models import Case, Exists, Q, Value, When

from jianxi.tenancy import TenantModel, scoped

MOST = 1000  # rows of one kind that rows of another are found by


class TooMany(Exception):
    """Words find more rows than others can be found by; the message says so to the user."""


class RecordQuerySet(models.QuerySet):
    DISTRICT = "district"  # the way from a record to the district it lies in
    STATE = "state"  # what `with_state` calls the state it adds

    def standing(self):
        """Not voided: what every figure and list counts."""
        return self.filter(voided_at=None)

    def in_districts(self, districts):
        """Records lying in the districts (a DistrictQuerySet).

        Whoever holds the whole region is spared a condition on three thousand districts.
        """
        if districts.is_whole:
            return self
        return self._lying_in([district.pk for district in districts])

    def _lying_in(self, districts: list[int]):
        return self.filter(**{f"{self.DISTRICT}__in": districts})

    @staticmethod
    def states(day) -> dict[str, Q | Exists]:
        """What dates say of a record on a day: a condition for each state, the first that holds
        is the record's own."""
        raise NotImplementedError

    def in_state(self, state: str, day):
        return self.filter(self.states(day)[state])

    def with_state(self, day):
        """Each row with the state it is in on the day, as `STATE` says."""
        whens = [
            When(condition, then=Value(state)) for state, condition in self.states(day).items()
        ]
        return self.annotate(**{self.STATE: Case(*whens, default=Value(""))})

    def either(self, *conditions: Q):
        """Rows that meet any of the conditions; none for no condition.

        Several are each looked up by their own index, where an OR across tables would be tried on
        every row.
        """
        if len(conditions) < 2:
            return self.filter(*conditions) if conditions else self.none()
        found, *others = (self.order_by().filter(one).values("pk") for one in conditions)
        return self.filter(pk__in=found.union(*others))

    def either_of(self, *querysets):
        """Rows found by any of the querysets, each looked up by its own indexes."""
        first, *others = (rows.order_by().values("pk") for rows in querysets)
        return self.filter(pk__in=first.union(*others))

    def pks(self) -> list[int]:
        """The numbers of these rows, for others to be found by. Raises TooMany."""
        found = list(self.order_by().values_list("pk", flat=True)[: MOST + 1])
        if len(found) > MOST:
            raise TooMany(f"找到的{self.model._meta.verbose_name}超过 {MOST:,} 个，请写得更完整。")
        return found


class Masking:
    """A row that holds personal data: `PERSONAL` names the columns and how each is masked."""

    PERSONAL: dict[str, Callable[[object], str]] = {}

    def masked(self, column: str) -> str:
        value = getattr(self, column)
        return self.PERSONAL[column](value) if value else ""


class Record(Masking, TenantModel):
    voided_at = models.DateTimeField("作废时间", null=True, blank=True, editable=False)

    objects = scoped(RecordQuerySet)

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        """What the record is called where others read it: no personal data."""
        return str(self)

    @property
    def lies_in(self):
        """The district it lies in now."""
        return self.district

    def standing_on_it(self) -> list[tuple[str, RecordQuerySet]]:
        """Other records that hang on this one, by what they are called: while there are any, it
        cannot be voided."""
        return []
