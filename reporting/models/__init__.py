"""Forms as data, the months of each unit with what was submitted, and the year they make."""

from reporting.models.drafts import FormDraft
from reporting.models.months import (
    Compilation,
    Correction,
    Explanation,
    Form,
    FormWorkbook,
    FrozenCell,
    OpeningFigure,
    Report,
    Version,
)
from reporting.models.year import AnnualReport, Bulletin, KeyEnterprise, Target

__all__ = [
    "AnnualReport",
    "Bulletin",
    "Compilation",
    "Correction",
    "Explanation",
    "Form",
    "FormDraft",
    "FormWorkbook",
    "FrozenCell",
    "KeyEnterprise",
    "OpeningFigure",
    "Report",
    "Target",
    "Version",
]
