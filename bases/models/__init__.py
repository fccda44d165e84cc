"""Employers and the bases they are recognised as; how they ask for it."""

from bases.models.employers import (
    Authority,
    Base,
    ClaimCode,
    Employer,
    EmployerProfile,
    InsuredHeadcount,
    Placement,
)
from bases.models.recognition import ApplicationPaper, BaseApplication, Visit, VisitPhoto

__all__ = [
    "ApplicationPaper",
    "Authority",
    "Base",
    "BaseApplication",
    "ClaimCode",
    "Employer",
    "EmployerProfile",
    "InsuredHeadcount",
    "Placement",
    "Visit",
    "VisitPhoto",
]
