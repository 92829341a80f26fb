"""Calls an API with PyPI's servicestack client. A line of JSON on stdin is a call; a line on stdout is its outcome.

The environment of requirements/clients.txt runs a copy of this file, next to `dtos.py` from /types/python.
"""

import dataclasses
import json
import sys
from typing import Any

import dtos
from servicestack import JsonServiceClient, WebServiceException, to_dict
from servicestack.clients import append_querystring


def client_for(call: dict[str, Any]) -> Any:
    client = JsonServiceClient(call["apiUrl"])
    client.set_base_path(call["basePath"])
    client.bearer_token = call["token"]
    client.headers.update(call["headers"])
    client.request_filter = lambda info: setattr(info, "url", append_querystring(info.url, call["query"]))
    return client


def request_of(name: str, members: dict[str, Any]) -> Any:
    """The request's DTO. Its members are named in snake_case, those of the call as on the wire."""
    request = getattr(dtos, name)
    names = {field.name.replace("_", ""): field.name for field in dataclasses.fields(request)}
    return request(**{names[member.lower()]: value for member, value in members.items()})


def response_to(call: dict[str, Any]) -> Any:
    client = client_for(call)
    if "path" in call:
        return client.send_url(call["path"], call["method"], None, call["body"])
    requests = [request_of(call["operation"], members) for members in call["requests"]]
    return client.send_all(requests) if call["isBatch"] else getattr(client, call["method"].lower())(requests[0])


def outcome(call: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"status": 200, "response": to_dict(response_to(call), remove_empty=False)}
    except WebServiceException as error:
        return {"status": error.status_code, "responseStatus": to_dict(error.response_status)}


for line in sys.stdin:
    print(json.dumps(outcome(json.loads(line)), default=str), flush=True)
