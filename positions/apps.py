from django.apps import AppConfig


class PositionsConfig(AppConfig):
    name = "positions"
    verbose_name = "见习岗位"

    def ready(self):
        from accounts import messages, reveal
        from positions import exports, search, tasks, worklist  # noqa: F401 list, words, sources
        from positions.models import Position
        from positions.workflow import KIND

        messages.register(KIND, "岗位办理", messages.SMS)
        reveal.register(
            "position", Position, {"mentor": "带教老师"}, district_of=lambda row: row.lies_in
        )
