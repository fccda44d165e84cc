"""Youths, their applications, and their internships."""

from trainees.models.months import MonthCheck
from trainees.models.placement import Application, Consent, Contract, ContractPaper
from trainees.models.records import Agreement, Group, Person, Trainee

__all__ = [
    "Agreement",
    "Application",
    "Consent",
    "Contract",
    "ContractPaper",
    "Group",
    "MonthCheck",
    "Person",
    "Trainee",
]
