"""What a browser sent may hold a name several times, and keeps lists under each. Merged as a plain
dict it gives the lists themselves: `['…']` is what is shown and stored."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

SENT = {"GET", "POST", "FILES", "data", "query_params"}


def is_sent(node) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in SENT


def merged(source: str) -> list[str]:
    """Where it is joined with `|` or `|=`, spread with `**`, or made a dict."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                parts = [left, right]
            case ast.AugAssign(op=ast.BitOr(), target=target, value=value):
                parts = [target, value]
            case ast.Dict(keys=keys, values=values):
                parts = [value for key, value in zip(keys, values, strict=True) if key is None]
            case ast.Call(func=function, args=args, keywords=named):
                parts = [one.value for one in named if one.arg is None]
                parts += args if ast.unparse(function) == "dict" else []
            case _:
                continue
        found += [ast.unparse(node)] if any(map(is_sent, parts)) else []
    return found


def test_what_was_sent_is_not_merged_as_a_plain_dict():
    own = [Path(app.path) for app in apps.get_app_configs()]
    own = [path for path in own if path.parent == Path(settings.BASE_DIR)]
    assert len(own) > 5
    found = {
        str(path): calls
        for root in own
        for path in root.rglob("*.py")
        if (calls := merged(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("form.data | {'seen': 1}", 1),
        ("{'seen': 1} | request.POST", 1),
        ("form.data |= {'seen': 1}", 1),
        ("{**request.GET, 'page': 2}", 1),
        ("dict(request.POST)", 1),
        ("Form(**request.POST)", 1),
        ("request.GET.dict() | {'page': 2}", 0),
        ("form.cleaned_data | {'page': 2}", 0),
        ("Form(request.POST or None, request.FILES or None)", 0),
    ],
)
def test_what_counts_as_merged(source, count):
    assert len(merged(source)) == count
