"""What the views of the API stand on: pages by cursor, filters said once, records within sight.

A view is marked with `jianxi.web.api("permission")` or `access(everyone)`; an app lists its own in
`urls.py` under `api`. Amounts and decimals are strings, days are YYYY-MM-DD, moments
in the regions' own time (renderers.py).
"""

from urllib.parse import urlencode

import django_filters
from django.db import models
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from jianxi.web import everyone
from jianxi.workflow import LONGEST_COMMENT, Workflow

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
    invalid_cursor_message = "翻页的位置不对，请用 next、previous 给出的地址。"
    ordering = "id"


# What is no list of rows is paged likewise.
PAGING = [
    OpenApiParameter(Pages.cursor_query_param, OpenApiTypes.STR, description="取自 next。"),
    OpenApiParameter(Pages.page_size_query_param, OpenApiTypes.INT, description="最多 1000。"),
]


def place_asked(request) -> tuple[int, int]:
    """How many a page is to have, and after which number it begins."""
    size = _number_asked(request, Pages.page_size_query_param, Pages.max_page_size, Pages.page_size)
    return size, _number_asked(request, Pages.cursor_query_param, 2**63 - 1, 0)


def following(request, last: int) -> str:
    """The address of what comes after a number."""
    asked = request.query_params.dict() | {Pages.cursor_query_param: last}
    return f"{request.build_absolute_uri(request.path)}?{urlencode(asked)}"


def _number_asked(request, name: str, largest: int, unless: int) -> int:
    text = request.query_params.get(name, str(unless))
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 0 <= int(text) <= largest):
        raise ValidationError({name: [f"应是不大于 {largest} 的整数。"]})
    return int(text) or unless


class OneOf(serializers.PrimaryKeyRelatedField):
    """A row by its number."""

    default_error_messages = {
        "incorrect_type": "请填编号，是一个整数。",
        "does_not_exist": "没有编号为 {pk_value} 的记录，或您看不到它。",
    }


class Sent:
    """For views that are sent JSON: what a field cannot take is a mistake of the caller's."""

    parser_classes = [JSONParser]

    def get_serializer(self, *args, **kwargs):
        asked = super().get_serializer(*args, **kwargs)
        sent = kwargs.get("data")
        if isinstance(sent, dict):
            refused = {name: _unwanted(asked.fields.get(name)) for name in sent}
            if faults := {name: [words] for name, words in refused.items() if words}:
                raise ValidationError(faults)
        return asked


def _unwanted(field: serializers.Field | None) -> str:
    if field is None:
        return "没有这个字段，请对照接口文档。"
    return "这个字段是算出来的，不能提交。" if field.read_only else ""


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
        # A parameter nobody knows is a mistake of the caller's, not a wish to see everything. (No
        # docstring: the reference would show it instead of the view's.)
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


class Owned(Sent, mixins.CreateModelMixin, mixins.UpdateModelMixin, ReadOnly):
    """The caller's own rows, made and changed by the caller."""

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
    move = serializers.CharField(help_text="办理动作")
    label = serializers.CharField(help_text="动作的名称")
    comment_required = serializers.BooleanField(help_text="是否须写意见")


class StandingSerializer(serializers.Serializer):
    state = serializers.CharField(help_text="现在的状态")
    state_label = serializers.CharField(help_text="状态的名称")
    moves = OpenMoveSerializer(many=True, help_text="令牌的持有人现在能办的动作")


class MoveField(serializers.ChoiceField):
    default_error_messages = {"invalid_choice": "没有“{input}”这个动作。"}

    @classmethod
    def of(cls, moves):
        choices = [(move.name, move.label) for move in moves]
        return cls(choices=choices, help_text="办理动作，取自 moves")


class MoveSerializer(serializers.Serializer):
    """With the moves of a view (`Moves`) as `move`."""

    comment = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_COMMENT, help_text="意见"
    )


class Moves(Sent, GenericAPIView):
    """How a row stands and what the caller can do with it; a POST does it. The workflow judges, as
    it does for the pages. Says `model`, `workflow`, and `rows()`: those the caller may see.
    `elsewhere`: transitions that take more than a comment, and are left to the pages."""

    model: type[models.Model]
    workflow: Workflow
    elsewhere: tuple[str, ...] = ()
    serializer_class = MoveSerializer

    def __init_subclass__(cls, **kwargs):
        """The view's own moves are what can be sent."""
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "workflow"):
            moves = cls.workflow.transitions.values()
            field = MoveField.of([one for one in moves if one.name not in cls.elsewhere])
            name = f"{cls.__name__}Serializer"
            cls.serializer_class = type(name, (cls.serializer_class,), {"move": field})

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
        comment = sent.validated_data["comment"].strip()
        for one in self.workflow.open_to(request.user, row):
            if one.name == name and one.comment_required and not comment:
                raise ValidationError({"comment": [f"{one.label}需要写明意见。"]})
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
            {"move": move.name, "label": move.label, "comment_required": move.comment_required}
            for move in self.workflow.open_to(self.request.user, row)
            if move.name not in self.elsewhere
        ]
        return state, getattr(row, f"get_{self.workflow.field}_display")(), moves
