"""Which format and which callback a response has."""

import pytest

from bokabridge.http.jsconfig import parse_switches
from bokabridge.http.negotiation import Representation, negotiate
from bokabridge.http.received import receive

JOB = "/codelock/axema/usersync/0a1b2c3d-4e5f-6789-abcd-ef0123456789"


def chosen(path: str = JOB, accept: str = "", query: str = "", content_type: str = "") -> Representation:
    """What a request gets."""
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    headers = {"Accept": accept, "CONTENT-type": content_type}
    return negotiate(
        receive(
            {
                "httpMethod": "GET",
                "path": path,
                "headers": {name: value for name, value in headers.items() if value},
                "queryStringParameters": {name: value for name, _, value in pairs},
            }
        )
    )


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("application/json", "json"),
        ("application/xml", "xml"),
        ("APPLICATION/XML ; charset=utf-8", "xml"),
        ("application/jsv", "jsv"),
        ("text/csv", "csv"),
        ("text/jsonl", "jsonl"),
        ("application/xml;q=0.1, application/json;q=0.9", "xml"),
        ("text/csv;q=0, application/xml", "csv"),
        *((text, "json") for text in ("text/xml", "text/jsv", "text/json", "text/html", "application/*", "image/png")),
        *((text, "json") for text in ("text/html,application/xml;q=0.9", "*/*", "*/*, application/xml", ",", ";", "å")),
    ],
)
def test_first_type_of_accept_decides_and_unknown_ones_mean_json(accept: str, name: str) -> None:
    assert chosen(accept=accept).format.name == name


@pytest.mark.parametrize(
    ("content_type", "accept", "name"),
    [
        ("application/xml", "*/*", "xml"),
        ("text/csv; charset=utf-8", " */* ", "csv"),
        ("text/jsv", "*/*", "jsv"),
        ("application/xml", "", "json"),
        ("application/xml", "*/*;q=0.8", "json"),
        ("application/x-www-form-urlencoded", "*/*", "json"),
        ("multipart/form-data; boundary=x", "*/*", "json"),
        ("text/plain", "*/*", "json"),
    ],
)
def test_any_type_alone_means_the_format_of_the_body(content_type: str, accept: str, name: str) -> None:
    assert chosen(accept=accept, content_type=content_type).format.name == name


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        (f"{JOB}.csv", "format=json", "csv"),
        (f"{JOB}.csv", "callback=cb", "csv"),
        (f"{JOB}.html", "format=csv", "json"),
        (JOB, "format=csv", "csv"),
        (JOB, "FORMAT=Csv", "csv"),
        (JOB, "format=csv.bare", "csv"),
        (JOB, "format=html", "json"),
        *((JOB, f"format={text}", "xml") for text in ("foo", "other", "text/csv", "", "form", ".")),
        ("/json/reply/GetAxemaUserSyncJob", "", "json"),
        ("/json/reply/GetAxemaUserSyncJob", "format=jsv", "jsv"),
        ("/csv/reply/GetAxemaUserSyncJob", "callback=cb", "json"),
        ("/api/GetAxemaUserSyncJob", "", "json"),
        ("/api/GetAxemaUserSyncJob.jsonl", "", "jsonl"),
        ("/html/reply/GetAxemaUserSyncJob", "", "json"),
    ],
)
def test_path_then_callback_then_format_beat_accept(path: str, query: str, name: str) -> None:
    assert chosen(path, accept="application/xml", query=query).format.name == name


@pytest.mark.parametrize(
    ("callback", "expected"),
    [("cb", "cb"), ("a.b_1", "a.b_1"), ("alert(1)//", "alert_1___"), ("å<\n>", "____"), ("", "")],
)
def test_callback_is_neutralised(callback: str, expected: str) -> None:
    found = chosen(query=f"Callback={callback}")
    assert found.callback == expected
    assert found.wrapped("{}") == (f"{expected}({{}})" if expected else "{}")
    assert found.content_type == ("text/javascript" if expected else "application/json; charset=utf-8")


def test_callback_keeps_the_content_type_of_another_suffix() -> None:
    found = chosen(f"{JOB}.csv", query="callback=cb")
    assert (found.wrapped("x"), found.content_type) == ("cb(x)", "text/csv")


def test_switches_are_read_from_any_spelling() -> None:
    assert chosen(query="JsConfig=ECCN,edv").switches == parse_switches("eccn,edv")
