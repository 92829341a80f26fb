"""Which operation a request is for: custom routes, pre-defined routes, suffixes, batches and overridden methods."""

from itertools import product

import pytest

from bokabridge.errors import MethodNotAllowed, NotFound
from bokabridge.http.router import Served
from bokabridge.http.routes import address, match, method_of
from bokabridge.operations.served import SERVED

ID = "0a1b2c3d-4e5f-6789-abcd-ef0123456789"
FORMATS = (None, "json", "xml", "csv", "jsv", "jsonl", "html")


def found(method: str, path: str) -> tuple[str, str | None, bool, bool]:
    """The operation's name, the format that the path names, and whether the route is pre-defined and for a batch."""
    route = match(method, address(path), SERVED)
    return route.operation.name, route.format, route.is_predefined, route.is_batch


def spellings(text: str) -> list[str]:
    """A text as it is, and in other cases."""
    return [text, text.lower(), text.upper(), text.title()]


@pytest.mark.parametrize("served", SERVED, ids=lambda served: served.name)
def test_custom_route_matches_in_any_case_with_suffix_and_slashes(served: Served) -> None:
    before, _, parameter_and_after = served.path.partition("{")
    parameter, _, after = parameter_and_after.partition("}")
    paths = [first + (ID if parameter else "") + last for first in spellings(before) for last in spellings(after)]
    for path, suffix, end in product(paths, FORMATS, ("", "/", "//")):
        route = match(served.method, address(path + (f".{suffix}" if suffix else "") + end), SERVED)
        assert (route.operation, route.format, route.is_predefined, route.is_batch) == (served, suffix, False, False)
        assert route.path_parameters == ({parameter: ID} if parameter else {})


@pytest.mark.parametrize("served", SERVED, ids=lambda served: served.name)
def test_predefined_route_matches_in_any_case(served: Served) -> None:
    for format_name, kind, name in product(("json", "XML", "Csv"), ("reply", "OneWay"), spellings(served.name)):
        path = f"/{format_name}/{kind}/{name}"
        assert found(served.method, path) == (served.name, format_name.lower(), True, False)
        assert found(served.method, f"{path}[]/") == (served.name, format_name.lower(), True, True)


@pytest.mark.parametrize(
    ("path", "format_name", "is_batch"),
    [
        ("/api/CreateAxemaUserSync", "json", False),
        ("/api/createaxemausersync/", "json", False),
        ("/api/CreateAxemaUserSync.xml", "xml", False),
        ("/api/CreateAxemaUserSync.foo", "json", False),
        ("/api/CreateAxemaUserSync.XML", "json", False),
        ("/api/CreateAxemaUserSync[]", "json", True),
        ("/api/CreateAxemaUserSync%5B%5D", "json", True),
        ("/api/CreateAxemaUserSync[].csv", "csv", True),
    ],
)
def test_api_route_has_an_optional_suffix(path: str, format_name: str, is_batch: bool) -> None:
    assert found("POST", path) == ("CreateAxemaUserSync", format_name, True, is_batch)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "", "/nope", "/api", "/api/", "/Api/CreateAxemaUserSync", "/API/CreateAxemaUserSync"),
        *("/yaml/reply/CreateAxemaUserSync", "/json/replies/CreateAxemaUserSync", "/json/CreateAxemaUserSync"),
        *("/json/reply", "/json/reply/CreateAxemaUserSync/more", "/api/CreateAxemaUserSync/more"),
        *("/codelock/axema", "/codelock/axema/usersync//issues", "/codelock//axema/usersync"),
        "/codelock/axema/usersync[]",
        *("/{proxy+}", "/%00", "/..", "/voss/usage/a/b"),
    ],
)
def test_other_paths_have_no_operation(path: str) -> None:
    with pytest.raises(NotFound, match="There is no such operation"):
        match("POST", address(path), SERVED)


@pytest.mark.parametrize(
    "path",
    ["/api/Nope", "/json/reply/Nope", "/xml/oneway/Nope[]", "/api/[]", "/json/reply/CreateAxemaUserSync.xml"],
)
def test_unknown_operation_of_a_predefined_route_has_no_method(path: str) -> None:
    with pytest.raises(MethodNotAllowed, match="The operation does not exist for this service") as refused:
        match("GET", address(path), SERVED)
    assert refused.value.methods == []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/codelock/axema/usersync", ["POST", "GET"]),
        ("PUT", "/codelock/axema/settings/test.json", ["POST"]),
        ("PATCH", "/codelock/axema/settings", ["GET", "POST", "PUT", "DELETE"]),
        ("POST", f"/codelock/axema/usersync/{ID}", ["GET", "DELETE"]),
        ("GET", "/api/CreateAxemaUserSync", ["POST"]),
        ("POST", "/json/reply/GetAxemaUserSyncJob", ["GET"]),
        ("HEAD", "/api/CreateAxemaUserSync", ["POST"]),
        ("FOO", "/customers", ["GET"]),
        ("", "/customers", ["GET"]),
    ],
)
def test_other_methods_are_refused_with_the_allowed_ones(method: str, path: str, allowed: list[str]) -> None:
    with pytest.raises(MethodNotAllowed) as refused:
        match(method, address(path), SERVED)
    assert list(refused.value.methods) == allowed


def test_path_without_parameters_goes_before_one_with_them() -> None:
    assert found("GET", "/codelock/axema/usersync/users")[0] == "QueryAxemaUsers"
    assert found("GET", f"/codelock/axema/usersync/{ID}")[0] == "GetAxemaUserSyncJob"
    assert found("DELETE", "/codelock/axema/usersync/users")[0] == "CancelAxemaUserSync"


def test_head_is_for_the_operation_of_get() -> None:
    assert found("HEAD", "/customers")[0] == found("GET", "/customers")[0] == "CustomerQuery"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"/voss/usage/{ID}.foo", f"{ID}.foo"),
        (f"/voss/usage/{ID}.JSON", f"{ID}.JSON"),
        (f"/voss/usage/{ID}.foo.xml", f"{ID}.foo"),
        ("/voss/usage/.json", ".json"),
        ("/voss/usage/a%2Fb", "a/b"),
        ("/voss/usage/%C3%A5", "å"),
        ("/voss/usage/{Id}", "{Id}"),
    ],
)
def test_unknown_suffix_is_part_of_the_id(path: str, expected: str) -> None:
    assert match("GET", address(path), SERVED).path_parameters == {"Id": expected}


@pytest.mark.parametrize(
    ("in_header", "in_query", "expected"),
    [
        ("", "", "POST"),
        ("get", "", "GET"),
        ("", " Put ", "PUT"),
        ("DELETE", "PUT", "DELETE"),
    ],
)
def test_method_can_be_replaced(in_header: str, in_query: str, expected: str) -> None:
    assert method_of("post", in_header, in_query) == expected
