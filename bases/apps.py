from django.apps import AppConfig


class BasesConfig(AppConfig):
    name = "bases"
    verbose_name = "见习基地"

    def ready(self):
        from accounts import reveal
        from bases import exports  # noqa: F401 its list
        from bases.models import Base, EmployerProfile

        reveal.register(
            "employer",
            EmployerProfile,
            {"contact_name": "联系人", "contact_phone": "联系电话"},
            rows=lambda districts: EmployerProfile.objects.filter(
                pk__in=Base.objects.in_districts(districts).values("profile")
            ),
            district_of=lambda profile: profile.bases.latest("pk").district,
        )
