"""VOSS, the billing system. EVERY ASSUMPTION ABOUT ITS API IS IN THIS FILE.

VOSS has no public API documentation (public-facts 3). The assumptions below are derived from BokaMera's metadata pages
or are common practice in such systems. If the real specification differs, change this file and the one that reads
the responses (`voss_responses.py`), together with `local/voss`, which makes the same assumptions, and nothing else.
Addresses and paths are parameters of the deployment.

1. Identity: a token by OAuth 2.0 client credentials (`Authorization: Bearer`), an API key (`x-api-key`), or both,
   depending on what the secret contains (`_headers`).
2. `POST {usage path}` with `{customerId, articleNumber, quantity, externalReference}` bills a usage. Our CompanyId is
   VOSS's customerId. `externalReference` and the `Idempotency-Key` header are the usage's id: VOSS may use it to refuse
   duplicates, and nothing on our side relies on that (`post`).
3. Any 2xx means that VOSS took the usage. It carries CreateSubscriptionProductGroupResult
   (seed 003_19185feaf3f9fc6d.txt). If the body names our reference, we need no more proof; otherwise a read-back has to
   find the usage.
4. 409 means that VOSS already has the usage. 401 and 429, and a 403 with a reason, mean that VOSS refused the request
   without looking at the usage. Any other 4xx with a reason is final, except 407, 408 and 425. A reason is the
   `message`, `detail` or `title` of a JSON object, also below `error`, or a problem of RFC 7807. A 4xx without one may
   be a proxy's. After that and anything else (5xx, a redirect, no response) the usage may have been billed.
5. `GET {usage path}?externalReference=` returns 200 `{items: [...]}`, each item a result with its `externalReference`
   and the `id` that the POST returned. An empty list says that VOSS does not have the usage; `voss/conclude.py` limits
   our trust in it. A 404, or usages with other references, prove nothing: the path or the filter may be wrong.
6. `GET {products path}?type=&pageIndex=&pageSize=` returns `{items: [{name, articleNumber}], totalPages}`, with pages
   counted from 0 (the older GetVossProducts page, public-facts 1.3.2) (`list_products`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from bokabridge.adapters.aws.voss_secret import VossSecret
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.adapters.outbound.pages import fetch_all
from bokabridge.adapters.outbound.request import Response, send_once
from bokabridge.adapters.voss_responses import outcome_of_post, outcome_of_read_back
from bokabridge.errors import CredentialsRejected, DeliveryUnclear, FatalError, NotDelivered, RetriableError
from bokabridge.logs import logger
from bokabridge.voss.outcome import NotSent, Outcome, ReadBack, Unclear
from bokabridge.voss.product import Product, ProductType
from bokabridge.voss.usage import Usage

READ_BACK_TIMEOUT_SECONDS = 5.0
"""The send window (8), the POST (8), one read-back and 2 seconds for each connection fit API Gateway's 29 seconds,
together with the ledger's own calls."""

PRODUCTS_PER_PAGE = 100
PRODUCTS_SECONDS = 18.0
"""For all pages of products, with the sign-in. With two calls of our table it fits API Gateway's 29 seconds."""


_WHO = "VOSS"


@dataclass(frozen=True, slots=True)
class VossApi:
    """The deployment's addresses of VOSS. `token_url` is empty if VOSS asks for an API key only."""

    base_url: str
    usage_path: str
    products_path: str
    token_url: str
    scope: str
    post_timeout_seconds: float
    products_seconds: float = PRODUCTS_SECONDS


class VossClient:
    """Voss over HTTP. `secret` returns our credentials; called with True, it reads them again. Raises FatalError."""

    def __init__(self, api: VossApi, secret: Callable[[bool], VossSecret]) -> None:
        self._api = api
        self._secret = secret
        self._usages_url = api.base_url + api.usage_path
        self._products_url = api.base_url + api.products_path
        self._tokens = TokenSource(api.token_url, api.scope, _WHO)
        self._was_refused = False
        self._credentials: frozenset[str] = frozenset()

    def sign_in(self) -> NotSent | None:
        """See Voss. A valid token costs nothing. If the credentials are refused, they may have been rotated."""
        try:
            try:
                self._headers()
            except CredentialsRejected:
                self._forget_credentials()
                self._headers()
        except RetriableError as error:
            return NotSent("VOSS's sign-in service could not be reached.", error.retry_after_seconds)
        except FatalError as error:
            logger().error("no credentials for VOSS", reason=str(error))
            return NotSent("Our credentials for VOSS are not accepted.", may_retry=False)
        return None

    def post(self, usage: Usage) -> Outcome:
        """See Voss."""
        body = {
            "customerId": usage.company_id,
            "articleNumber": usage.order.article_number,
            "quantity": usage.order.quantity,
            "externalReference": usage.id,
        }
        try:
            response = send_once(
                "POST",
                self._usages_url,
                who=_WHO,
                headers={**self._headers(), "Content-Type": "application/json", "Idempotency-Key": usage.id},
                read_timeout_seconds=self._api.post_timeout_seconds,
                body=json.dumps(body).encode(),
            )
        except DeliveryUnclear as error:
            return Unclear(str(error))
        except NotDelivered as error:
            return NotSent(str(error))
        except (RetriableError, FatalError) as error:
            may_retry = isinstance(error, RetriableError | CredentialsRejected)
            return NotSent("VOSS's sign-in service could not be used.", may_retry=may_retry)
        if response.status == 401:
            self._forget_credentials()
        return outcome_of_post(response, usage.id, self._credentials)

    def read_back(self, usage: Usage) -> ReadBack:
        """See Voss."""
        try:
            response = self._get(self._usages_url, {"externalReference": usage.id})
        except (RetriableError, DeliveryUnclear, FatalError):
            return Unclear("The read-back from VOSS failed.")
        return outcome_of_read_back(response, usage.id, self._credentials)

    def list_products(self, product_type: ProductType | None) -> Sequence[Product]:
        """See Voss."""

        def fetch(page_index: int) -> _ProductsResponse:
            query = {"pageIndex": str(page_index), "pageSize": str(PRODUCTS_PER_PAGE)}
            return self._products_page(query | ({"type": product_type.value} if product_type is not None else {}))

        pages = fetch_all(fetch, lambda page: page.total_pages, who=_WHO, seconds=self._api.products_seconds)
        return [Product(item.name, item.article_number) for page in pages for item in page.items]

    def _products_page(self, query: Mapping[str, str]) -> "_ProductsResponse":
        try:
            response = self._get(self._products_url, query)
        except DeliveryUnclear as error:  # reading twice does no harm
            raise RetriableError(str(error)) from None
        if response.status != 200:
            raise RetriableError(f"VOSS responded with HTTP status {response.status} when asked for its products.")
        try:
            return _ProductsResponse.model_validate(json.loads(response.body))
        except (ValueError, RecursionError):
            raise RetriableError("VOSS's list of products cannot be read.") from None

    def _get(self, url: str, query: Mapping[str, str]) -> Response:
        """One read. If VOSS refuses our token, tries once more with a new one."""
        response = self._get_once(url, query)
        if response.status == 401:
            self._forget_credentials()
            response = self._get_once(url, query)
        return response

    def _get_once(self, url: str, query: Mapping[str, str]) -> Response:
        timeout = READ_BACK_TIMEOUT_SECONDS
        return send_once("GET", url, who=_WHO, headers=self._headers(), read_timeout_seconds=timeout, query=query)

    def _headers(self) -> dict[str, str]:
        """The headers that identify us. Raises RetriableError or FatalError."""
        secret = self._secret(self._was_refused)
        self._was_refused = False
        headers = {"Accept": "application/json"}
        if secret.api_key:
            headers["x-api-key"] = secret.api_key
        if self._api.token_url and secret.client_id and secret.client_secret:
            headers["Authorization"] = f"Bearer {self._tokens.get(secret.client_id, secret.client_secret)}"
        self._credentials |= frozenset(
            value.removeprefix("Bearer ") for name, value in headers.items() if name != "Accept"
        )
        if len(headers) == 1:
            raise FatalError("The secret for VOSS contains neither an OAuth client nor an API key. Store one of them.")
        return headers

    def _forget_credentials(self) -> None:
        """Makes the next request read the secret again and get a new token."""
        self._was_refused = True
        self._tokens = TokenSource(self._api.token_url, self._api.scope, _WHO)


class _ProductItem(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    name: str
    article_number: str = Field(alias="articleNumber")


class _ProductsResponse(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    items: list[_ProductItem]
    total_pages: int = Field(default=1, alias="totalPages")
