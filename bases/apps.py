from django.apps import AppConfig


class BasesConfig(AppConfig):
    name = "bases"
    verbose_name = "见习基地"

    def ready(self):
        from accounts import messages, reveal
        from bases import authorities, exports, worklist  # noqa: F401 receivers, lists, sources
        from bases.models import Authority, Base, BaseApplication, EmployerProfile
        from bases.recognition import KIND
        from jianxi.worklist import EMPLOYER

        messages.register(authorities.KIND, "单位认证和经办人", messages.SMS, sides=[EMPLOYER])
        messages.register(KIND, "基地申报和认定", messages.SMS, sides=[EMPLOYER])

        reveal.register(
            "employer",
            EmployerProfile,
            {"contact_name": "联系人", "contact_phone": "联系电话"},
            rows=lambda districts: EmployerProfile.objects.filter(
                pk__in=Base.objects.in_districts(districts).values("profile")
            ),
            district_of=lambda profile: profile.bases.latest("pk").district,
        )
        reveal.register(
            "authority",
            Authority,
            {"person": "姓名", "phone": "手机号"},
            rows=lambda districts: Authority.objects.filed().in_districts(districts),
            district_of=lambda row: row.district,
        )
        reveal.register(
            "base_application",
            BaseApplication,
            {"contact_name": "联系人", "contact_phone": "联系电话", "mentors": "带教老师"},
            district_of=lambda row: row.district,
        )
