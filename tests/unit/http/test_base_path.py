"""Requests to a custom domain whose mapping has a base path."""

import pytest

from bokabridge.http.base_path import own_path
from bokabridge.http.received import receive
from bokabridge.http.urls import absolute_url
from tests.api_gateway import WRITER, behind, event, status_and_body
from tests.unit.http.echo import call


@pytest.mark.parametrize("base_path", ["", "/bridge", "/bokamera/v1", "/things", "/things/things"])
@pytest.mark.parametrize(
    ("resource", "proxy", "path"),
    [
        ("/things", None, "/things"),
        ("/things/{Id}", None, "/things/7"),
        ("/things/{Id}/parts", None, "/things/7/parts"),
        ("/{proxy+}", "things", "/things"),
        ("/{proxy+}", "things", "/things/"),
        ("/{proxy+}", "json/reply/AddThing", "/json/reply/AddThing"),
        ("/{proxy+}", "a b/å", "/a%20b/%C3%A5"),
        ("/", None, "/"),
    ],
)
def test_base_path_is_no_part_of_our_path(base_path: str, resource: str, proxy: str | None, path: str) -> None:
    assert own_path(behind(resource, base_path + path, proxy=proxy)) == path


@pytest.mark.parametrize(
    ("resource", "proxy", "path"),
    [
        ("/things", None, "/bridge/others"),
        ("/{proxy+}", None, "/"),
        ("/{proxy+}", None, "/things"),
        ("/{proxy+}", "x/y", "/bridge/x%2Fy"),
        ("/things/{Id}", None, "/things"),
        ("", None, "/bridge/things"),
        ("/things", None, "//things"),
    ],
)
def test_path_that_does_not_end_with_its_resource_stays(resource: str, proxy: str | None, path: str) -> None:
    assert own_path(behind(resource, path, proxy=proxy)) == path


def test_operation_behind_a_base_path_responds() -> None:
    status, _ = status_and_body(call(behind("/things", "/bridge/things", method="POST", caller=WRITER, body="{}")))
    assert status == 200


def test_links_have_the_base_path() -> None:
    received = receive(behind("/things", "/bridge/things"))
    assert absolute_url(received.event, "", "/things/7") == "https://api.example.com/bridge/things/7"


def test_links_have_the_stage_of_api_gateways_own_domain() -> None:
    received = receive(event("GET", "/things"))
    assert absolute_url(received.event, "", "/x") == "https://abc.execute-api.eu-north-1.amazonaws.com/dev/x"
