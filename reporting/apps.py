from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "报表"

    def ready(self):
        from reporting import loading  # noqa: F401  connects its receivers
