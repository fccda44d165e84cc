from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    name = "subsidies"
    verbose_name = "补贴"

    def ready(self):
        from subsidies import exports  # noqa: F401 its list
