"""Applications to become a base in the API."""

from rest_framework import serializers

from accounts.access import Access
from accounts.api import known
from bases.access import acting_profiles
from bases.models import BaseApplication
from bases.recognition import COURSE
from jianxi.api import Moves, Records, choices, filters
from jianxi.web import access, api


class BaseApplicationSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="profile.name", help_text="单位名称")
    uscc = serializers.CharField(source="profile.employer.uscc", help_text="统一社会信用代码")
    district = serializers.CharField(source="district.key", help_text="所属区县的标识")
    base = serializers.IntegerField(source="base_id", help_text="认定后的基地的 id")
    state_label = serializers.CharField(source="get_state_display", help_text="状态的名称")

    class Meta:
        model = BaseApplication
        fields = [
            "id",
            "name",
            "uscc",
            "district",
            "base",
            "kind",
            "state",
            "state_label",
            "submitted_at",
            "due_on",
            "due_is_provisional",
            "insured",
            "insured_as_of",
            "founded_on",
            "industry",
            "key_enterprise",
            "relaxed_as",
            "recommended_by",
            "address",
            "places_a_year",
        ]


@api("view_records")
class BaseApplications(Records):
    """基地申报：提交过的，草稿不在内。"""

    model = BaseApplication
    serializer_class = BaseApplicationSerializer
    filterset_class = filters(
        kind=choices("kind", BaseApplication.Kind, "申报类型"),
        state=choices("state", BaseApplication.State, "状态"),
    )

    def rows(self):
        return BaseApplication.objects.select_related("profile__employer", "district")


@access(known)
class BaseApplicationMoves(Moves):
    """基地申报现在的状态和能办的动作：单位提交、撤回，区县认定、退回。实地考察在网页上登记。"""

    model = BaseApplication
    workflow = COURSE
    elsewhere = ("visit",)

    def rows(self):
        user, rows = self.request.user, BaseApplication.objects.standing()
        return rows.either_of(
            rows.in_districts(Access(user).districts("view_records")),
            rows.filter(profile__in=acting_profiles(user)),
        ).select_related("profile__employer", "district")
