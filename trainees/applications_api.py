"""Applications and agreements in the API: what districts, employers and youths do with them.

Signing is not among it: each side reads the text on a page and confirms with a code to the phone.
"""

from django.core.exceptions import ValidationError as Unsound
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.access import Access
from accounts.api import known
from bases.access import CHOSEN, acting_profiles, employer_api
from jianxi.api import (
    MoveField,
    Moves,
    MoveSerializer,
    OneOf,
    Owned,
    ReadOnly,
    Records,
    StandingSerializer,
    choices,
    filters,
    number,
)
from jianxi.web import access, api
from positions.models import Position
from regions.models import District
from trainees.access import youth_api
from trainees.applying import COURSE, apply
from trainees.contract_forms import FORMS
from trainees.course import MOVES, carry_out, open_to, state_of
from trainees.models import Agreement, Application, Contract
from trainees.presenting import GIVEN_UP, name_at_base
from trainees.signing import COURSE as SIGNING


class ApplicationSerializer(serializers.ModelSerializer):
    trainee = serializers.IntegerField(source="trainee_id", read_only=True, help_text="人员的 id")
    position = serializers.IntegerField(source="position_id", help_text="岗位的 id；空为人才库")
    district = serializers.CharField(source="district.key", help_text="审核区县的标识")
    state_label = serializers.CharField(
        source="get_state_display", read_only=True, help_text="状态的名称"
    )

    class Meta:
        model = Application
        fields = [
            "id",
            "trainee",
            "position",
            "district",
            "from_pool",
            "state",
            "state_label",
            "submitted_at",
            "due_on",
            "due_is_provisional",
        ]


@api("view_records")
class Applications(Records):
    """见习报名：区县看得到的。"""

    model = Application
    serializer_class = ApplicationSerializer
    filterset_class = filters(
        trainee=number("trainee", "人员的 id"),
        position=number("position", "岗位的 id"),
        state=choices("state", Application.State, "状态"),
    )

    def rows(self):
        return Application.objects.select_related("district")


PERSON = ["name", "education", "school", "major", "skills", "note", "phone"]


class ReceivedApplicationSerializer(ApplicationSerializer):
    """As much of the youth as the base's page shows (`presenting.for_base`): no more than a masked
    name when nothing came of it."""

    name = serializers.CharField(
        source="trainee.name", read_only=True, help_text="姓名；没有接收、已撤回的隐去"
    )
    education = serializers.CharField(
        source="trainee.education", read_only=True, allow_null=True, help_text="学历"
    )
    school = serializers.CharField(
        source="trainee.school", read_only=True, allow_null=True, help_text="毕业院校"
    )
    major = serializers.CharField(
        source="trainee.major", read_only=True, allow_null=True, help_text="专业"
    )
    skills = serializers.CharField(
        source="trainee.skills", read_only=True, allow_null=True, help_text="技能特长"
    )
    note = serializers.CharField(read_only=True, allow_null=True, help_text="自我介绍")
    phone = serializers.CharField(
        source="trainee.phone", read_only=True, allow_null=True, help_text="手机号"
    )

    class Meta(ApplicationSerializer.Meta):
        fields = [*ApplicationSerializer.Meta.fields, *PERSON]

    def to_representation(self, row):
        shown = super().to_representation(row)
        if row.state in GIVEN_UP:
            shown |= dict.fromkeys(PERSON) | {"name": name_at_base(row)}
        return shown


@access(employer_api)
class ReceivedApplications(ReadOnly):
    """推送给本单位的报名。为几家单位办事的，用参数 unit 指明是哪一家。"""

    model = Application
    also = (CHOSEN,)
    serializer_class = ReceivedApplicationSerializer

    def rows(self):
        return _passed_to([self.request.profile]).select_related("district", "trainee")


class OwnApplicationSerializer(ApplicationSerializer):
    """`position` or `district` is sent: a position, or the pool of a district."""

    position = OneOf(queryset=Position.objects.none(), required=False, help_text="岗位的 id")
    district = serializers.SlugRelatedField(
        slug_field="key",
        queryset=District.objects.none(),
        required=False,
        help_text="报人才库的区县，填标识",
    )

    class Meta(ApplicationSerializer.Meta):
        fields = [*ApplicationSerializer.Meta.fields, "wish", "note"]
        read_only_fields = [
            name
            for name in ApplicationSerializer.Meta.fields
            if name not in ("position", "district")
        ]

    def get_fields(self):
        fields = super().get_fields()
        if "request" in self.context and not getattr(self.context["view"], "swagger_fake_view", 0):
            fields["position"].queryset = Position.objects.published()
            fields["district"].queryset = District.objects.all()
        return fields

    def validate(self, sent):
        if ("position" in sent) == ("district" in sent):
            raise ValidationError("position 和 district 填一个：报岗位，或者报人才库。")
        return sent

    def create(self, sent):
        request = self.context["request"]
        return apply(request.trainee, actor=request.user, **sent)


@access(youth_api)
class OwnApplications(Owned):
    """自己的报名；新建就是提交，由区县审核。"""

    model = Application
    serializer_class = OwnApplicationSerializer
    http_method_names = ["get", "post", "head", "options"]

    def rows(self):
        rows = Application.objects.standing().filter(trainee=self.request.trainee)
        return rows.select_related("district")


# --- What can be done


def _passed_to(profiles):
    """Applications that employers were asked about."""
    rows = Application.objects.standing().filter(referred_at__isnull=False)
    return rows.filter(position__base__profile__in=profiles)


class ApplicationMoveSerializer(MoveSerializer):
    position = OneOf(
        queryset=Position.objects.none(), required=False, help_text="派遣到的岗位的 id"
    )

    def get_fields(self):
        fields = super().get_fields()
        if self.context and not getattr(self.context["view"], "swagger_fake_view", False):
            fields["position"].queryset = Position.objects.published()
        return fields


@access(known)
class ApplicationMoves(Moves):
    """报名现在的状态和能办的动作：本人撤回、重新提交，区县审核、派遣，单位接收或不接收。"""

    model = Application
    workflow = COURSE
    elsewhere = ("sign", "close")
    serializer_class = ApplicationMoveSerializer

    def rows(self):
        user, rows = self.request.user, Application.objects.standing()
        found = rows.either_of(
            rows.in_districts(Access(user).districts("view_records")),
            _passed_to(acting_profiles(user)),
            rows.filter(trainee__user=user),
        )
        return found.select_related("trainee", "position__base__profile", "district")

    def facts(self, row, sent):
        if sent["move"] not in ("refer", "dispatch") or "position" not in sent:
            return {}
        return {"position": sent["position"]}


@access(known)
class ContractMoves(Moves):
    """签订中的协议现在的状态和能办的动作：区县备案、退回，各方取消。签字在网页上办。"""

    model = Contract
    workflow = SIGNING
    elsewhere = ("employer_sign", "take_back", "sign", "lapse")

    def rows(self):
        user, rows = self.request.user, Contract.objects.standing()
        return rows.either_of(
            rows.in_districts(Access(user).districts("view_records")),
            rows.filter(position__base__profile__in=acting_profiles(user)),
            rows.filter(application__trainee__user=user),
        ).with_sides()


class AgreementMoveSerializer(serializers.Serializer):
    """What a move needs is what its form on the page asks for."""

    move = MoveField.of(MOVES.values())
    facts = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        help_text="；".join(
            f"{MOVES[name].label}：{'，'.join(f'{key} {field.label}' for key, field in form.base_fields.items())}"
            for name, form in FORMS.items()
        ),
    )


@access(known)
class AgreementMoves(Moves):
    """协议现在的状态和能办的动作：单位或区县确认到岗、更换带教老师、办理结束、登记去向。"""

    model = Agreement
    serializer_class = AgreementMoveSerializer

    def rows(self):
        user, rows = self.request.user, Agreement.objects.standing()
        return rows.either_of(
            rows.in_districts(Access(user).districts("view_records")),
            rows.filter(position__base__profile__in=acting_profiles(user)),
            rows.filter(trainee__user=user),
        ).select_related("position__base__profile", "position__base__district", "trainee__user")

    @extend_schema(responses=StandingSerializer)
    def post(self, request, *args, **kwargs):
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row, name = self.find(), sent.validated_data["move"]
        form = FORMS[name](sent.validated_data.get("facts", {}))
        if not form.is_valid():
            raise ValidationError({f"facts.{key}": said for key, said in form.errors.items()})
        try:
            row = carry_out(row, name, actor=request.user, **form.cleaned_data)
        except Unsound as fault:
            raise ValidationError(
                {f"facts.{key}": said for key, said in fault.message_dict.items()}
            ) from fault
        return self.answer(row)

    def standing(self, row):
        state = state_of(row, timezone.localdate())
        moves = [
            {"move": move.name, "label": move.label, "comment_required": False}
            for move in open_to(self.request.user, row)
        ]
        return state, state.label, moves
