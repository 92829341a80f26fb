"""VOSS's products over real HTTP: many pages, slow pages, and what a caller gets when the time is over."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.aws.voss_secret import VossSecret
from bokabridge.adapters.outbound.pages import MAX_PAGES
from bokabridge.adapters.voss import PRODUCTS_PER_PAGE, PRODUCTS_SECONDS, VossClient
from bokabridge.errors import RetriableError, Unavailable
from bokabridge.voss.catalogue import ProductList, list_products
from bokabridge.voss.fakes import InMemoryProductCopies
from bokabridge.voss.product import Product, ProductCopy
from tests.servers import serving
from tests.voss import api

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD = ProductCopy([Product("Old", "OLD-1")], NOON - timedelta(days=1))


class Catalogue:
    """VOSS's products, 100 on each page. Each page takes a time, and pages from `slow_from` on take a longer one."""

    def __init__(self, products: int, seconds: float, *, slow_from: int | None = None) -> None:
        self.pages = -(-products // PRODUCTS_PER_PAGE)
        self.served = 0
        self.closing = threading.Event()
        self._products = products
        self._seconds = seconds
        self._slow_from = slow_from

    def __call__(self, request: Request) -> Response:
        index = int(request.args["pageIndex"])
        is_slow = self._slow_from is not None and index >= self._slow_from
        self.closing.wait(30 if is_slow else self._seconds)
        self.served += 1
        numbers = range(index * PRODUCTS_PER_PAGE, min((index + 1) * PRODUCTS_PER_PAGE, self._products))
        items = ",".join(f'{{"name": "Product {at} of the catalogue", "articleNumber": "A-{at}"}}' for at in numbers)
        return Response(f'{{"items": [{items}], "totalPages": {self.pages}}}', content_type="application/json")


def client(url: str, seconds: float = PRODUCTS_SECONDS) -> VossClient:
    made = replace(api(url), token_url="", products_seconds=seconds)
    return VossClient(made, lambda _: VossSecret(None, None, "key"))


@pytest.fixture
def copies() -> InMemoryProductCopies:
    made = InMemoryProductCopies()
    made.save(None, OLD)
    return made


def test_six_thousand_products_at_100_ms_a_page_are_listed_well_within_the_time() -> None:
    voss, began = Catalogue(6000, 0.1), time.monotonic()
    with serving(voss) as url:
        products = client(url).list_products(None)
    assert [product.article_number for product in products] == [f"A-{at}" for at in range(6000)]
    assert voss.served == 60
    assert time.monotonic() - began < 6, "one after the other they would take longer"


@pytest.mark.parametrize("slow_from", [0, 1, 3])
def test_slow_pages_end_in_the_old_copy_when_the_time_for_all_is_over(
    slow_from: int, copies: InMemoryProductCopies
) -> None:
    voss, began = Catalogue(6000, 0.01, slow_from=slow_from), time.monotonic()
    with serving(voss) as url:
        found = list_products(None, voss=client(url, seconds=1), copies=copies, clock=lambda: NOON)
        took = time.monotonic() - began
        voss.closing.set()
    assert found == ProductList(OLD.products, stale_by=timedelta(days=1))
    assert took < 2.5
    assert voss.served < 20, "after the deadline no further page is requested"


def test_slow_pages_without_a_copy_are_unavailable() -> None:
    voss = Catalogue(6000, 0.1)
    with serving(voss) as url, pytest.raises(Unavailable):
        list_products(None, voss=client(url, seconds=0.5), copies=InMemoryProductCopies(), clock=lambda: NOON)


def test_a_list_that_is_too_long_is_an_error_and_not_a_part_of_it() -> None:
    voss = Catalogue((MAX_PAGES + 1) * PRODUCTS_PER_PAGE, 0)
    with serving(voss) as url, pytest.raises(RetriableError, match="more than 1000 pages"):
        client(url).list_products(None)
    assert voss.served == 1


def test_a_broken_page_spoils_the_whole_list() -> None:
    voss = Catalogue(1000, 0)

    def respond(request: Request) -> Response:
        return Response(status=500) if request.args["pageIndex"] == "7" else voss(request)

    with serving(respond) as url, pytest.raises(RetriableError, match="HTTP status 500"):
        client(url).list_products(None)


class BrokenCopies(InMemoryProductCopies):
    """Copies in a table that is unavailable."""

    def find(self, product_type: object) -> ProductCopy | None:
        raise RetriableError("The table is away.")

    def save(self, product_type: object, copy: ProductCopy) -> None:
        raise RetriableError("The table is away.")


def test_products_are_listed_although_no_copy_can_be_read_or_stored() -> None:
    with serving(Catalogue(3, 0)) as url:
        found = list_products(None, voss=client(url), copies=BrokenCopies(), clock=lambda: NOON)
    assert len(found.products) == 3
