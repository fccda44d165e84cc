"""The page that tells how to use the API, drawn from its schema."""

import re
from dataclasses import dataclass, replace
from functools import cache

from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

from jianxi.web import access, everyone

CHOICE = re.compile(r"^\* `(.*?)` - (.*)$", re.M)  # as drf-spectacular lists them
TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "是否",
    "object": "对象",
    "array": "列表",
    "date": "日期",
    "date-time": "时间",
    "decimal": "小数",
}


@dataclass(frozen=True)
class Field:
    """A parameter of a request, or a field of an answer; nested ones by their way: rules[].code."""

    name: str
    type: str
    words: str = ""
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """`sent`: the fields of a request's body; `fields`: those of the answer."""

    method: str
    path: str
    words: str
    open: bool
    paged: bool
    parameters: list[Field]
    sent: list[Field]
    fields: list[Field]


@access(everyone)
@require_GET
def reference(request):
    return render(request, "reference.html", {"sections": sections()})


@cache
def sections() -> list[tuple[str, list[Operation]]]:
    """The operations under the words of their tag, in the order of settings."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found = {tag["name"]: (tag["description"], []) for tag in schema["tags"]}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            listed = found[operation["tags"][0]][1]
            listed.append(_operation(schema, method.upper(), path, operation))
    return list(found.values())


def _operation(schema: dict, method: str, path: str, operation: dict) -> Operation:
    answer = next(iter(operation["responses"].values()))["content"]["application/json"]["schema"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    fields = _properties(schema, answer)
    paged = "results" in fields
    if paged:
        fields = _properties(schema, fields["results"])
    return Operation(
        method=method,
        path=path,
        words=operation.get("description", ""),
        open=not operation.get("security"),
        paged=paged,
        parameters=[_parameter(one) for one in operation["parameters"]],
        sent=list(_sent(schema, body.get("schema", {}))),
        fields=list(_fields(schema, fields)),
    )


def _parameter(one: dict) -> Field:
    words = _words(one) or {"region": "统筹区的 slug"}.get(one["name"], "")
    return Field(one["name"], _type(one["schema"]), words, one.get("required", False))


def _words(facts: dict) -> str:
    """What a field is; of a code, each value with its label on a line of its own."""
    said = facts.get("description") or facts.get("title", "")
    return CHOICE.sub(r"\1：\2", said).replace("\n\n", "\n")


def _sent(schema: dict, facts: dict):
    """The fields of a body, with those that must be there marked."""
    required = _object(schema, facts).get("required", [])
    taken = {
        name: about
        for name, about in _properties(schema, facts).items()
        if not about.get("readOnly")
    }
    for field in _fields(schema, taken):
        yield replace(field, required=field.name in required)


def _fields(schema: dict, properties: dict, way: str = ""):
    for name, facts in properties.items():
        yield Field(way + name, _type(facts), _words(facts))
        inner = _properties(schema, facts)
        if inner:
            is_list = facts.get("type") == "array"
            yield from _fields(schema, inner, f"{way}{name}{'[]' if is_list else ''}.")


def _properties(schema: dict, facts: dict) -> dict:
    """The fields of an object, or of a list's items; {} for a plain value and for what is not."""
    return _object(schema, facts).get("properties", {})


def _object(schema: dict, facts: dict) -> dict:
    """What stands behind a reference, or is listed."""
    if facts.get("type") == "array":
        facts = facts["items"]
    for reference in [facts, *facts.get("allOf", []), *facts.get("oneOf", [])]:
        if "$ref" in reference:
            facts = schema["components"]["schemas"][reference["$ref"].rpartition("/")[2]]
            break
    return facts


def _type(facts: dict) -> str:
    if "$ref" in facts or "allOf" in facts or "oneOf" in facts:
        return "代码"
    return TYPES.get(facts.get("format", ""), TYPES.get(facts.get("type", ""), ""))
