"""What the views of the API stand on: pages by cursor, filters said once, records within sight.

A view is marked with `jianxi.web.api("permission")` or `access(everyone)`; an app lists its own in
`urls.py` under `api`. Amounts and decimals are strings, days are YYYY-MM-DD.
"""

import django_filters
from django.db import models
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from jianxi.web import everyone
from jianxi.workflow import Workflow

LISTED, ONE = {"get": "list"}, {"get": "retrieve"}
OWN_LISTED = LISTED | {"post": "create"}
OWN_ONE = ONE | {"patch": "partial_update"}


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
    also: tuple[str, ...] = ()  # parameters that are no filters
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

    def list(self, request, *args, **kwargs):
        """A parameter nobody knows is a mistake of the caller's, not a wish to see everything."""
        named = self.filterset_class.base_filters if getattr(self, "filterset_class", None) else {}
        paging = {Pages.cursor_query_param, Pages.page_size_query_param, *self.also}
        if unknown := sorted(request.query_params.keys() - named - paging):
            raise ValidationError({name: ["没有这个参数，请对照接口文档。"] for name in unknown})
        return super().list(request, *args, **kwargs)


class Records(ReadOnly):
    """Standing records in the districts where the token's office holds the view's permission."""

    def get_queryset(self):
        found = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return found
        return found.standing().in_districts(districts_of(self.request, self))


def districts_of(request, view):
    return request.access.districts(type(view).access.permission)


class Owned(mixins.CreateModelMixin, mixins.UpdateModelMixin, ReadOnly):
    """The caller's own rows, made and changed by the caller."""

    parser_classes = [JSONParser]
    http_method_names = ["get", "post", "patch", "head", "options"]


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


# --- What can be done


class OpenMoveSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="办理动作")
    label = serializers.CharField(help_text="动作的名称")
    comment_required = serializers.BooleanField(help_text="是否须写意见")


class StandingSerializer(serializers.Serializer):
    state = serializers.CharField(help_text="现在的状态")
    state_label = serializers.CharField(help_text="状态的名称")
    moves = OpenMoveSerializer(many=True, help_text="令牌的持有人现在能办的动作")


class MoveSerializer(serializers.Serializer):
    move = serializers.CharField(help_text="办理动作，取自 moves")
    comment = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=1000, help_text="意见"
    )


class Moves(GenericAPIView):
    """How a row stands and what the caller can do with it; a POST does it. The workflow judges, as
    it does for the pages. Says `model`, `workflow`, and `rows()`: those the caller may see.
    `elsewhere`: transitions that take more than a comment, and are left to the pages."""

    model: type[models.Model]
    workflow: Workflow
    elsewhere: tuple[str, ...] = ()
    serializer_class = MoveSerializer
    parser_classes = [JSONParser]

    def rows(self) -> models.QuerySet:
        raise NotImplementedError

    def find(self):
        row = self.rows().filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise NotFound("没有这条记录，或您看不到它。")
        return row

    def facts(self, row, sent: dict) -> dict:
        """What a transition needs besides a comment, from what was sent."""
        return {}

    @extend_schema(responses=StandingSerializer)
    def get(self, request, *args, **kwargs):
        return self.answer(self.find())

    @extend_schema(responses=StandingSerializer)
    def post(self, request, *args, **kwargs):
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row, name = self.find(), sent.validated_data["move"]
        if name not in self.workflow.transitions or name in self.elsewhere:
            raise ValidationError({"move": [f"没有“{name}”这个动作。"]})
        comment = sent.validated_data["comment"].strip()
        facts = self.facts(row, sent.validated_data)
        row = self.workflow.move(row, name, actor=request.user, comment=comment, **facts)
        return self.answer(row)

    def answer(self, row):
        state, label, moves = self.standing(row)
        standing = {"state": state, "state_label": label, "moves": moves}
        return Response(StandingSerializer(standing).data)

    def standing(self, row) -> tuple[str, str, list[dict]]:
        """The state, its label, and the moves that are open."""
        state = getattr(row, self.workflow.field)
        moves = [
            {"name": move.name, "label": move.label, "comment_required": move.comment_required}
            for move in self.workflow.open_to(self.request.user, row)
            if move.name not in self.elsewhere
        ]
        return state, dict(row._meta.get_field(self.workflow.field).flatchoices)[state], moves
