"""What the views of the API stand on: pages by cursor, filters said once, records within sight.

A view is marked with `jianxi.web.api("permission")` or `access(everyone)`; an app lists its own in
`urls.py` under `api`. Amounts and decimals are strings, days are YYYY-MM-DD.
"""

import django_filters
from django.db import models
from drf_spectacular.openapi import AutoSchema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.viewsets import ReadOnlyModelViewSet

from jianxi.web import everyone

LISTED, ONE = {"get": "list"}, {"get": "retrieve"}


class Pages(CursorPagination):
    """By the number of the row, so that a page costs the same wherever it is."""

    page_size = 100
    max_page_size = 1000
    page_size_query_param = "size"
    page_size_query_description = "每页条数，最多 1000。"
    cursor_query_description = "上一页或下一页的位置，取自 next、previous。"
    ordering = "id"


class Schema(AutoSchema):
    """How a view is described: what is open to all asks for no token."""

    def get_auth(self):
        return [] if type(self.view).access is everyone else super().get_auth()


class ReadOnly(ReadOnlyModelViewSet):
    """A list and its rows. Says `model`, `serializer_class`, perhaps `filterset_class`."""

    model: type[models.Model]
    pagination_class = Pages

    def rows(self) -> models.QuerySet:
        """All rows, with what is shown of them read along."""
        return self.model.objects.all()

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):  # the schema is drawn outside any region
            return self.model.objects.none()
        if "region" in self.kwargs and self.request.region is None:
            raise NotFound("没有这个统筹区。")
        return self.rows()


class Records(ReadOnly):
    """Standing records in the districts where the token's office holds the view's permission."""

    def get_queryset(self):
        found = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return found
        return found.standing().in_districts(districts_of(self.request, self))


def districts_of(request, view):
    return request.access.districts(type(view).access.permission)


class RecordFilter(django_filters.FilterSet):
    """`district` takes in the units below."""

    district = django_filters.CharFilter(label="区县的标识；含其下各级。", method="lying_in")

    def lying_in(self, queryset, name, key):
        seen = districts_of(self.request, self.request.parser_context["view"])
        unit = seen.filter(key=key).first()
        if unit is None:
            raise ValidationError({"district": [f"没有标识为“{key}”的区县，或不在令牌的范围内。"]})
        return queryset.in_districts(seen.filter(path__startswith=unit.path))


def days(column: str, name: str, label: str) -> dict[str, django_filters.Filter]:
    """Filters <name>_from and <name>_to, both days included; to be added to a filter set."""
    return {
        f"{name}_{word}": django_filters.DateFilter(
            field_name=column, lookup_expr=lookup, label=f"{label}{said}"
        )
        for word, lookup, said in [("from", "gte", "，自"), ("to", "lte", "，至")]
    }


def filters(**more) -> type[RecordFilter]:
    """A filter set of records with more filters, by name."""
    return type("Filter", (RecordFilter,), more)


def choices(column: str, of: type[models.Choices], label: str):
    return django_filters.ChoiceFilter(field_name=column, choices=of.choices, label=label)


def number(column: str, label: str):
    return django_filters.NumberFilter(
        field_name=column, label=label, min_value=1, max_value=2**63 - 1
    )
