"""Agreements of those who were taken in: drawn up, signed by one or both, filed. Everything is done
by those whose work it is; the first one waits for the youth to look around with."""

from collections.abc import Iterable
from itertools import cycle

from accounts.models import User
from jianxi.history import acting
from portal.demo import words
from trainees.contract_presenting import BEGUN
from trainees.contract_rules import ONE_DAY, months_later
from trainees.contract_text import digest
from trainees.contracts import begin, text_of
from trainees.models import Application
from trainees.signing import move

SIGN, BOTH = ["employer_sign"], ["employer_sign", "sign"]
COURSES = [SIGN, [], BOTH, [*BOTH, "file"]]
MONTHS = 6
TERMS = {"workplace": "单位办公楼", "duties": "协助整理资料、接待来访，学习业务流程"}


def make(taken_in: Iterable[Application], people: dict[str, User], rng):
    """`people`: the district's clerk, and who acts for the employer."""
    for application, steps in zip(taken_in, cycle(COURSES)):
        actors = {"employer_sign": people["employer"], "file": people["clerk"]}
        with acting(people["employer"], BEGUN):
            contract = begin(application)
            usual = TERMS | {
                "mentor": words.person_name(rng, rng.random() < 0.5),
                "planned_end": months_later(contract.planned_start, MONTHS) - ONE_DAY,
            }
            for name, value in usual.items():
                setattr(contract, name, getattr(contract, name) or value)
            contract.save()
        for step in steps:
            facts = {}
            if step in BOTH:
                facts = {"text_hash": contract.text_hash or digest(text_of(contract))}
            actor = actors.get(step, application.trainee.user)
            contract = move(contract, step, actor=actor, **facts)
