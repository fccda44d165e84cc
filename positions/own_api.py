"""An employer's positions in the API: filed, corrected, submitted by the employer's own programs."""

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.access import Access
from accounts.api import known
from bases.access import CHOSEN, acting_profiles, employer_api, existing_base
from jianxi.api import Moves, Owned
from jianxi.web import access
from jianxi.workflow import TransitionRefused
from positions.drafts import begin
from positions.forms import FilingForm
from positions.models import Position
from positions.workflow import COURSE

State = Position.State
OPEN = (State.DRAFT, State.RETURNED)


class OwnPositionSerializer(serializers.ModelSerializer):
    """A draft may lack anything; what it lacks is told when it is submitted."""

    state_label = serializers.CharField(source="get_state_display", read_only=True)

    class Meta:
        model = Position
        read_only_fields = ["id", "number", "state", "submitted_at", "due_on", "published_on"]
        fields = [*read_only_fields, "state_label", *FilingForm.Meta.fields]
        extra_kwargs = {name: {"required": False} for name in FilingForm.Meta.fields}


@access(employer_api)
class OwnPositions(Owned):
    """本单位的岗位：新建的是草稿，可以修改，办理动作见 moves。

    为几家单位办事的，用参数 unit 指明是哪一家（单位的编号）。
    """

    model = Position
    also = (CHOSEN,)
    serializer_class = OwnPositionSerializer

    def rows(self):
        rows = Position.objects.standing().filter(base__profile=self.request.profile)
        return rows.select_related("base__profile", "base__district")

    def perform_create(self, serializer):
        base = existing_base(self.request.profile)
        if base is None:
            word = self.request.region.base_word
            raise ValidationError(f"单位现在不是在册的见习{word}，不能填报岗位。")
        serializer.instance = begin(base, **serializer.validated_data)

    def perform_update(self, serializer):
        row = Position.objects.select_for_update(of=("self",)).get(pk=serializer.instance.pk)
        if row.state not in OPEN:
            raise TransitionRefused(f"岗位现在是“{row.get_state_display()}”，不能再改。")
        for name, value in serializer.validated_data.items():
            setattr(row, name, value)
        row.save(update_fields=list(serializer.validated_data))
        serializer.instance = row


@access(known)
class PositionMoves(Moves):
    """岗位现在的状态和能办的动作：单位提交、撤回、暂停、关闭，区县审核。"""

    model = Position
    workflow = COURSE

    def rows(self):
        user, rows = self.request.user, Position.objects.standing()
        return rows.either_of(
            rows.in_districts(Access(user).districts("view_records")),
            rows.filter(base__profile__in=acting_profiles(user)),
        ).select_related("base__profile", "base__district")
