"""Calls bctrl's own SDK as it is told: `{url, token, call, arguments}` comes in as a line of JSON, the outcome goes out as one.

A reply: `{value, flaws}`; a refusal: `{error, status, retryAfter, value, flaws}`, with the SDK's class and the parsed body.
Flaws are what the SDK's models take without a word, since they are open: fields that they do not have, and values that are
none of those that they name.
"""

import json
import sys
import typing

from bctrl import Bctrl, BctrlError, types
from pydantic import BaseModel, ValidationError

# Arguments that the SDK takes as models of its own, which check them.
MODELS = {"limits": types.SubaccountLimitsUpdateRequest, "request": types.ApiKeyCreateRequestZero}


def parts_of(annotation):
    """The members of a union, or the type itself."""
    return typing.get_args(annotation) if typing.get_origin(annotation) is typing.Union else (annotation,)


def flaws_of(value, annotation, path):
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from flaws_of(getattr(value, name), field.annotation, f"{path}.{field.alias or name}")
        for name in value.model_extra or {}:
            yield f"{path}.{name}: is no field of {type(value).__name__}"
    elif isinstance(value, list):
        lists = [part for part in parts_of(annotation) if typing.get_origin(part) is list]
        for index, item in enumerate(value):
            yield from flaws_of(item, typing.get_args(lists[0])[0] if lists else None, f"{path}[{index}]")
    else:
        named = [part for part in parts_of(annotation) if typing.get_origin(part) is typing.Literal]
        if named and value is not None and value not in typing.get_args(named[0]):
            yield f"{path}: {value!r} is not named by the SDK"


def outcome(value):
    return {"value": json.loads(value.json()), "flaws": list(flaws_of(value, None, type(value).__name__))}


def refusal(error):
    said = {"error": type(error).__name__, "status": error.status_code}
    said["retryAfter"] = (error.headers or {}).get("retry-after")
    try:
        return {**said, **outcome(types.ErrorResponse.model_validate(error.body))}
    except ValidationError as invalid:
        return {**said, "value": error.body, "flaws": [str(invalid)]}


def answer(url, token, call, arguments):
    method = Bctrl(base_url=url, token=token, max_retries=0)
    for name in call.split("."):
        method = getattr(method, name)
    given = {name: MODELS[name].model_validate(value) if name in MODELS else value for name, value in arguments.items()}
    try:
        return outcome(method(**given))
    except BctrlError as error:
        return refusal(error)


for line in sys.stdin:
    print(json.dumps(answer(**json.loads(line))), flush=True)
