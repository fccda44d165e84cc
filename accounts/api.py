"""The API's door: which tokens and keys a view lets in, and what refusals look like.

Every view under /api/ says `@api("permission")`, `@access(known)` or `@access(everyone)`, sends its
figures only of `request.access.districts("permission")`, and answers refusals as problem details
(RFC 9457):
{"type", "title", "status", "detail", "errors": [{"field", "message"}]}.
`detail` says all of it in sentences, `errors` field by field.
"""

from django.conf import settings
from django.http import JsonResponse
from django.views.defaults import page_not_found, server_error
from rest_framework import exceptions, serializers
from rest_framework.views import exception_handler

from accounts.access import Access, has_second_factor
from accounts.tokens import SCHEME
from jianxi.workflow import TransitionRefused

API = "/api/"
PROBLEM = "application/problem+json"
TITLES = {
    400: "请求有误",
    401: "需要有效的令牌",
    403: "没有权限",
    404: "找不到",
    405: "不支持这种方法",
    406: "不支持这种格式",
    409: "现在不能这样办",
    415: "不支持这种内容",
    429: "请求太频繁",
}
# Where something else was sent, as the body or within it.
NO_OBJECT = "内容应是一个 JSON 对象，用花括号写出各个字段。"
NO_LIST = "内容应是一个 JSON 数组，用方括号写出各项。"
serializers.Serializer.default_error_messages["invalid"] = NO_OBJECT
serializers.DictField.default_error_messages["not_a_dict"] = NO_OBJECT
serializers.ListField.default_error_messages["not_a_list"] = NO_LIST
serializers.ListSerializer.default_error_messages["not_a_list"] = NO_LIST


# --- Rights


def enter_api(request, permission: str):
    """The rule behind `jianxi.web.api`."""
    if refused := known(request):
        return refused
    if not request.access.memberships:
        if request.user.phone_hash:  # an employer's or a youth's key
            return problem(403, "这个地址给人社部门用。单位和青年请用地址里带 own 的接口。")
        return problem(404, "没有这个统筹区，或令牌不属于它。")
    if not request.access.holds(permission):
        return problem(403, "令牌所属单位没有这项权限。")
    return None


def known(request, **address):
    """A rule: whoever comes with a token or a key; the view finds only what is that user's. What
    the pages ask of staff (an own password, a second factor) is asked here as well."""
    user = request.user
    if not user.is_authenticated:
        return problem(401, "请在 Authorization 头里给出有效的令牌：Bearer jx_…")
    if user.must_change_password:
        return problem(403, "请先登录网页，改成自己的密码。")
    request.access = Access(user)
    if request.region is None:
        return problem(404, "没有这个统筹区，或令牌不属于它。")
    staff = not user.is_service and request.access.memberships
    if staff and settings.STAFF_TOTP_REQUIRED and not has_second_factor(user):
        return problem(403, "请先登录网页，启用两步验证。")
    return None


# --- Refusals


def problem(status: int, detail: str, errors: list[dict] | None = None) -> JsonResponse:
    response = JsonResponse(
        _details(status, detail, errors or []),
        status=status,
        content_type=PROBLEM,
        json_dumps_params={"ensure_ascii": False},
    )
    if status == 401:
        response["WWW-Authenticate"] = SCHEME
    return response


def not_found(request, exception):
    """The portal's page for an address that leads nowhere; the API has its own shape."""
    if request.path_info.startswith(API):
        return problem(404, "没有这个地址。")
    return page_not_found(request, exception)


def server_failed(request):
    if request.path_info.startswith(API):
        return problem(500, "服务器出了问题，没有完成。请稍后再试。")
    return server_error(request)


def problem_details(error, context):
    """REST framework's exception handler: the same shape for all it refuses."""
    if isinstance(error, TransitionRefused):
        error = Conflict(str(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    status = response.status_code
    if isinstance(error, exceptions.ValidationError):
        errors = list(_faults(response.data))
        detail = "".join(map(_sentence, errors))
    elif isinstance(error, exceptions.ParseError):
        errors, detail = [], "请求的内容读不懂，请核对格式。"
    else:
        own = getattr(error, "detail", "")
        errors, detail = [], str(own or _refused(status, context["kwargs"]))
    response.data = _details(status, detail, errors)
    response.content_type = PROBLEM
    return response


class Conflict(exceptions.APIException):
    status_code = 409


def _refused(status: int, address: dict) -> str:
    """What a view that gives no reason of its own refused: no more than the caller asked for."""
    asked = "，".join(f"{name}={value}" for name, value in address.items())
    if status == 404:
        return f"找不到 {asked}：没有，或令牌看不到。"
    return f"令牌的持有人没有权限这样办：{asked}。"


def _details(status: int, detail: str, errors: list[dict]) -> dict:
    return {
        "type": "about:blank",
        "title": TITLES.get(status, "请求没有完成"),
        "status": status,
        "detail": detail,
        "errors": errors,
    }


def _faults(data, field=""):
    """{"period": ["…"]} and deeper → field and message, one each."""
    if isinstance(data, dict):
        for name, inner in data.items():
            below = "" if name == "non_field_errors" else str(name)
            yield from _faults(inner, ".".join(filter(None, [field, below])))
    elif isinstance(data, list):
        for index, inner in enumerate(data):
            nested = isinstance(inner, dict | list)
            yield from _faults(inner, f"{field}.{index}" if nested else field)
    else:
        nothing = not field and getattr(data, "code", "") == "null"
        yield {"field": field, "message": NO_OBJECT if nothing else str(data)}


def _sentence(fault: dict) -> str:
    words = f"{fault['message'].strip().rstrip('。')}。"
    return f"{fault['field']}：{words}" if fault["field"] else words
