"""The pages that the function finds: paths, content types, addresses, and hostile requests."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.declarations import read_model
from functions.servicestack.pages import CSS, HTML, JAVASCRIPT, JSON, TEXT, Page, find
from local.stack.paths import ROOT

BASE_URL = "https://abc123.execute-api.eu-north-1.amazonaws.com/prod"
OPERATIONS = [call.name for call in read_model().calls]
FORMATS = ("json", "xml", "jsv", "csv", "jsonl")


def get(path: str, **query: str) -> Page:
    page = find(path, query, BASE_URL, lambda: datetime(2026, 11, 25, tzinfo=UTC))
    assert page is not None
    return page


@pytest.mark.parametrize(
    ("path", "content_type", "contained"),
    [
        ("/metadata", HTML, "The following operations are available."),
        ("/metadata/", HTML, "The following operations are available."),
        ("/json/metadata", HTML, "The following operations are available."),
        ("/Types", JSON, f'"Python": "{BASE_URL}/types/python"'),
        ("/types.json", JSON, f'"Python": "{BASE_URL}/types/python"'),
        ("/types/python", TEXT, '""" Options:'),
        ("/types/TypeScript", TEXT, "/* Options:"),
        ("/types/csharp", TEXT, "using ServiceStack;"),
        ("/types/mjs", JAVASCRIPT, '"use strict";'),
        ("/types/js", JAVASCRIPT, '"use strict";'),
        ("/openapi.json", JSON, f'"url": "{BASE_URL}"'),
        ("/docs", HTML, 'src="docs/start.js"'),
        ("/docs/", HTML, 'src="start.js"'),
        ("/docs/start.js", JAVASCRIPT, "validatorUrl: null"),
        ("/docs/swagger-ui.css", CSS, ".swagger-ui"),
        ("/docs/swagger-ui-bundle.js", JAVASCRIPT, "SwaggerUIBundle"),
        ("/docs/license.txt", TEXT, "Apache License"),
        ("/docs/notice.txt", TEXT, "SmartBear"),
    ],
)
def test_page_is_found(path: str, content_type: str, contained: str) -> None:
    page = get(path)
    assert (page.status, page.content_type) == (200, content_type)
    assert contained in page.body
    assert "«" not in page.body.replace("«»", "") or path.endswith("bundle.js")


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("format_", FORMATS)
def test_operation_has_a_page_for_each_format(operation: str, format_: str) -> None:
    page = get(f"/{format_}/metadata", op=operation.upper())
    assert (page.status, page.content_type) == (200, HTML)
    assert f"<h2>{operation}</h2>" in page.body
    assert "«" not in page.body


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("language", ["python", "typescript", "mjs", "csharp", "JS"])
def test_operation_has_a_page_for_each_language(operation: str, language: str) -> None:
    body = get("/json/metadata", op=operation, lang=language).body
    assert "«" not in body
    assert f"/types/{'mjs' if language == 'JS' else language}?IncludeTypes={operation}.*" in body
    assert f"{operation} DTOs</a>" in body
    source = re.search("<pre>(.*?)</pre>", body, re.DOTALL)
    assert source
    assert f"class {operation}" in source[1]
    assert not re.search(r"Options:\n|Route\(|IReturn|getTypeName", source[1])


def test_unknown_language_shows_the_tables() -> None:
    assert get("/json/metadata", op="GetVossUsage", lang="dart") == get("/json/metadata", op="GetVossUsage")


def test_names_in_the_query_match_in_any_case() -> None:
    assert get("/json/metadata", OP="GetVossUsage") == get("/json/metadata", op="getvossusage")
    assert "\nIncludeTypes: VossProduct\n" in get("/types/python", INCLUDETYPES="VossProduct").body


def test_page_names_the_address_of_its_callers() -> None:
    body = get("/json/metadata", op="CreateAxemaUserSync").body
    assert "POST /prod/codelock/axema/usersync HTTP/1.1 \nHost: abc123.execute-api.eu-north-1.amazonaws.com \n" in body
    assert f'href="{BASE_URL}/metadata"' in body
    assert f"\nBaseUrl: {BASE_URL}\n" in get("/types/python").body


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/html/metadata",
        "/metadata/metadata",
        "/types/dart",
        "/types/python/x",
        "/types/../openapi.json",
        "/docs/../pages.py",
        "/docs/metadata.json",
        "/docs/%2e%2e/index.html",
        "/openapi",
        "/types/metadata",
        "/types/fsharp",
        "/metadata/app.json",
        "/ui",
        "/api/metadata",
        "/docs/\x00",
    ],
)
def test_unknown_path_has_no_page(path: str) -> None:
    assert find(path, {}, BASE_URL) is None


def test_unknown_operation_has_no_page() -> None:
    assert find("/json/metadata", {"op": "Nope"}, BASE_URL) is None
    assert find("/json/metadata", {"op": "operations/../x"}, BASE_URL) is None


@pytest.mark.parametrize("address", ['https://x"><script>', "javascript:alert(1)", "https://a/b?c", "", "https://a b"])
def test_address_that_is_none_becomes_part_of_no_page(address: str) -> None:
    for path, query in (("/metadata", {}), ("/json/metadata", {"op": "GetVossUsage"}), ("/types/mjs", {})):
        page = find(path, query, address)
        assert page
        assert not address or address not in page.body
    page = find("/openapi.json", {}, address)
    assert page
    assert json.loads(page.body)["servers"] == [{"url": "/"}]


PATHS = [
    "/metadata",
    "/json/metadata",
    "/types",
    "/types/python",
    "/types/mjs",
    "/types/csharp",
    "/openapi.json",
    "/docs",
]
HOSTILE = st.text(max_size=40) | st.sampled_from(["<script>alert(1)</script>", '"><img src=x>', "../../openapi"])


@settings(deadline=None)
@given(
    path=st.sampled_from(PATHS) | st.text(max_size=30),
    query=st.dictionaries(st.sampled_from(["op", "lang", "IncludeTypes", "DataClass", "BaseUrl", "format"]), HOSTILE),
    operation=st.sampled_from(["", *OPERATIONS]),
)
def test_hostile_query_is_never_shown(path: str, query: dict[str, str], operation: str) -> None:
    page = find(path, query | ({"op": operation} if operation else {}), BASE_URL)
    if page is not None:
        assert page.status == 200
        assert "alert(1)" not in page.body
        assert "<img src=x" not in page.body


@pytest.mark.parametrize("path", ["/metadata", "/json/metadata", "/docs"])
def test_html_loads_nothing_from_elsewhere(path: str) -> None:
    body = get(path, op="CreateVossUsage").body
    assert "default-src 'none'" in body
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*?(?:src|href)=\"([^\"]*)\"", body)
    assert [each for each in loaded if each.startswith(("http", "//"))] == []
    assert "@import" not in body


def test_finding_pages_imports_neither_models_nor_operations() -> None:
    script = (
        "import sys; from functions.servicestack.pages import find\n"
        "for path in ('/metadata', '/types/python', '/openapi.json', '/docs'): assert find(path, {}, 'https://a')\n"
        "heavy = ('pydantic', 'boto3', 'aws_lambda_powertools', 'bokabridge.operations', 'codegen')\n"
        "print(sorted(name for name in sys.modules if name.startswith(heavy)))"
    )
    command = [sys.executable, "-c", script]
    env = {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'bokabridge'}"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
