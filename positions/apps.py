from django.apps import AppConfig


class PositionsConfig(AppConfig):
    name = "positions"
    verbose_name = "见习岗位"

    def ready(self):
        from positions import exports, search  # noqa: F401 its list; words are cut on saving
