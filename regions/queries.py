"""Questions about districts and policy."""

from functools import cached_property

from django.db import models
from django.db.models import Q


class DistrictQuerySet(models.QuerySet):
    def root(self):
        return self.get(parent=None)

    def valid_on(self, day):
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day)
        )

    def lowest(self):
        """Units without units below: the ones bases and activities lie in, ended ones included."""
        return self.filter(has_children=False)

    def below(self, *units):
        """The units and all below them."""
        subtree = Q()
        for unit in units:
            subtree |= Q(path__startswith=unit.path)
        return self.filter(subtree) if units else self.none()

    @cached_property
    def is_whole(self) -> bool:
        """Whether the root is among them: then they are all of the region."""
        if self._result_cache is not None:
            return any(unit.is_root for unit in self._result_cache)
        return self.filter(parent=None).exists()

    def named(self, name: str):
        """By short or official name."""
        return self.filter(Q(name=name) | Q(official_name=name))


class PolicyQuerySet(models.QuerySet):
    def in_force(self, day):
        """Versions that had begun by the day, oldest first: later ones override earlier.

        One that has run out stays until another replaces it.
        """
        return self.filter(effective_from__lte=day).order_by("effective_from")
