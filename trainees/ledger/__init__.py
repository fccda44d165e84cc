"""Youths and their agreements in the ledger: a sheet each."""

from trainees.ledger.agreements import Agreements
from trainees.ledger.people import Trainees

__all__ = ["Agreements", "Trainees"]
