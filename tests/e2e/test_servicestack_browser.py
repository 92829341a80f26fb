"""The pages and calls from other origins, in a real browser: Debian's Chromium, headless."""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.wrappers import Request, Response

from bokabridge.operations.index import OPERATIONS
from local.stack.stack import LocalStack
from tests.e2e.clients.launch import NODE_MODULES, download, node_modules
from tests.servers import serving

pytestmark = pytest.mark.needs_embedded_api("It answers paths that match no route in its own format.")

ALLOWED, FOREIGN = "http://app.example.com", "http://evil.example"
NAMES = sorted(operation.name for operation in OPERATIONS)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

FETCH = """async ([url, token]) => {
    const response = await fetch(url, {credentials: "include", headers: {Authorization: `Bearer ${token}`}});
    return [response.status, (await response.json()).length];
}"""

CLIENT = """async ([url, token]) => {
    const {JsonServiceClient} = await import("/client.mjs");
    const {GetVossProducts} = await import("/dtos.mjs");
    const client = new JsonServiceClient(url);
    client.bearerToken = token;
    const {response, error} = await client.api(new GetVossProducts({ProductType: "Main"}));
    return response ? response.length : error.message;
}"""


@pytest.fixture(scope="module")
def site(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a company's website, which has npm's client and our DTOs."""
    dtos = tmp_path_factory.mktemp("site") / "dtos.mjs"
    download(stack.api_url, "/types/mjs", dtos)
    files = {"/dtos.mjs": dtos, "/client.mjs": NODE_MODULES / "@servicestack/client/dist/servicestack-client.mjs"}

    def respond(request: Request) -> Response:
        if request.path in files:
            return Response(files[request.path].read_bytes(), content_type="text/javascript")
        return Response("<!DOCTYPE html><title>A website</title>", content_type="text/html")

    with serving(respond) as url:
        yield url


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Browser]:
    """Chromium, for which both websites are the server `site`. Skips on a machine without one, which CI must have."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None and not os.environ.get("CI"):
        pytest.skip("This machine has no Chromium (Debian: apt-get install chromium).")
    hosts = ", ".join(f"MAP {urlsplit(origin).netloc} {urlsplit(site).netloc}" for origin in (ALLOWED, FOREIGN))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[f"--host-resolver-rules={hosts}"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    yield page
    page.close()


def watched(page: Page) -> tuple[set[str], list[str]]:
    """The origins that the page asks, and the errors in its console, both growing."""
    origins: set[str] = set()
    errors: list[str] = []
    page.on("request", lambda request: origins.add("{0.scheme}://{0.netloc}".format(urlsplit(request.url))))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return origins, errors


def test_metadata_leads_from_the_list_of_operations_to_their_pages_and_back(stack: LocalStack, page: Page) -> None:
    origins, errors = watched(page)
    page.goto(f"{stack.api_url}/metadata")
    rows = page.locator("table tr").filter(has=page.get_by_role("link", name="JSON", exact=True))
    assert [row.split()[0] for row in rows.all_inner_texts()] == NAMES
    for name in NAMES[::5]:
        rows.nth(NAMES.index(name)).get_by_role("link", name="XML", exact=True).click()
        assert page.get_by_role("heading", name=name, exact=True).is_visible()
        assert page.get_by_text("HTTP + XML").is_visible()
        page.get_by_text("<back to all web services").click()
    assert (origins, errors) == ({stack.api_url}, [])


def test_metadata_of_an_operation_shows_its_source_in_a_language(stack: LocalStack, page: Page) -> None:
    page.goto(f"{stack.api_url}/json/metadata?op=CreateAxemaUserSync")
    page.get_by_role("link", name="Python", exact=True).click()
    assert "class CreateAxemaUserSync" in page.locator("pre").first.inner_text()
    page.get_by_role("link", name="Python CreateAxemaUserSync DTOs").click()
    assert "class CreateAxemaUserSync(IReturn[AxemaUserSyncJobResponse], ICompany)" in page.inner_text("body")


def test_interactive_page_shows_and_calls_the_operations_and_asks_nobody_else(stack: LocalStack, page: Page) -> None:
    origins, errors = watched(page)
    page.goto(f"{stack.api_url}/docs")
    page.wait_for_selector(".opblock")
    assert page.locator(".opblock").count() == len(OPERATIONS)

    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container input").first.fill(stack.tokens["write"])
    page.get_by_role("button", name="Apply credentials").first.click()
    page.get_by_role("button", name="Close").first.click()
    operation = page.locator(".opblock").filter(has_text="/voss/products")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    status = operation.locator(".live-responses-table tbody .response-col_status").first
    status.wait_for()
    assert status.inner_text().split()[0] == "200"
    assert (origins, errors) == ({stack.api_url}, [])


@pytest.mark.parametrize("path", ["/voss/products", "/api/GetVossProducts", "/json/reply/GetVossProducts"])
def test_fetch_with_credentials_succeeds_from_a_listed_origin_only(stack: LocalStack, page: Page, path: str) -> None:
    call = [f"{stack.api_url}{path}?ProductType=Main", stack.tokens["write"]]
    page.goto(ALLOWED)
    assert page.evaluate(FETCH, call) == [200, 2]
    page.goto(FOREIGN)
    with pytest.raises(Exception, match="Failed to fetch"):
        page.evaluate(FETCH, call)


def test_npms_client_works_on_a_website_of_a_listed_origin_only(stack: LocalStack, page: Page) -> None:
    assert node_modules().exists()
    call = [stack.api_url, stack.tokens["write"]]
    page.goto(ALLOWED)
    assert page.evaluate(CLIENT, call) == 2
    page.goto(FOREIGN)
    assert page.evaluate(CLIENT, call) == "Failed to fetch"
