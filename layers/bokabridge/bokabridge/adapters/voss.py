"""VOSS, the billing system. EVERY ASSUMPTION ABOUT ITS API IS IN THIS FILE.

VOSS has no public API documentation (public-facts 3). The assumptions below are derived from BokaMera's metadata pages
or are common practice in such systems. If the real specification differs, change this file (and `local/voss`, which
makes the same assumptions) and nothing else. Addresses and paths are parameters of the deployment.

1. Identity: a token by OAuth 2.0 client credentials (`Authorization: Bearer`), an API key (`x-api-key`), or both,
   depending on what the secret contains (`_headers`).
2. `POST {usage path}` with `{customerId, articleNumber, quantity, externalReference}` bills a usage. Our CompanyId is
   VOSS's customerId. `externalReference` and the `Idempotency-Key` header are the usage's id: VOSS may use it to refuse
   duplicates, and nothing on our side relies on that (`post`).
3. 200 or 201 carries CreateSubscriptionProductGroupResult (seed 003_19185feaf3f9fc6d.txt) (`_accepted`).
4. 409 means that VOSS already has the usage. 429, 401 and 403 mean that VOSS refused the request without looking at the
   usage. Any other 4xx is final, with the reason in `message`, `detail`, `title` or `error.message`, except 408, which
   proves nothing. After anything else (5xx, a redirect, an unreadable 2xx, no response) the usage may have been billed
   (`_outcome`, `_reason`).
5. `GET {usage path}?externalReference=` returns 200 `{items: [...]}`, each item a result with its `externalReference`.
   An empty list proves that VOSS does not have the usage, once `settle_after` has passed since the claim. A 404, or
   usages with other references, prove nothing: the path or the filter may be wrong (`read_back`).
6. `GET {products path}?type=&pageIndex=&pageSize=` returns `{items: [{name, articleNumber}], totalPages}`, with pages
   counted from 0 (the older GetVossProducts page, public-facts 1.3.2) (`list_products`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bokabridge.adapters.aws.secrets import VossSecret
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.adapters.outbound.pages import fetch_all
from bokabridge.adapters.outbound.request import Response, send_once
from bokabridge.errors import CredentialsRejected, DeliveryUnclear, FatalError, NotDelivered, Refusal, RetriableError
from bokabridge.logs import logger
from bokabridge.voss.outcome import Accepted, AlreadyThere, NotSent, NotThere, Outcome, ReadBack, Refused, Unclear
from bokabridge.voss.product import Product, ProductType
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.usage import Usage

READ_BACK_TIMEOUT_SECONDS = 5.0
"""The send window (8), the POST (8), one read-back and 2 seconds for each connection fit API Gateway's 29 seconds,
together with the ledger's own calls."""

PRODUCTS_PER_PAGE = 100
PRODUCTS_SECONDS = 18.0
"""For all pages of products, with the sign-in. With two calls of our table it fits API Gateway's 29 seconds."""

MAX_REASON_CHARACTERS = 500

_WHO = "VOSS"
_REFUSALS = {400: Refusal.Invalid, 404: Refusal.NotFound}


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

    def post(self, usage: Usage) -> Outcome | AlreadyThere:
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
        return self._outcome(response)

    def _outcome(self, response: Response) -> Outcome | AlreadyThere:
        match response.status:
            case 200 | 201:
                return _accepted(response.body)
            case 409:
                return AlreadyThere()
            case 429:
                return NotSent("VOSS accepts no more requests at the moment.", response.retry_after_seconds)
            case 401:
                self._forget_credentials()
                return NotSent("VOSS did not accept our access token.")
            case 403:
                return NotSent("VOSS does not let us bill usage.", may_retry=False)
            case status if 400 <= status < 500 and status != 408:
                return Refused(_REFUSALS.get(status, Refusal.Unprocessable), _reason(response))
            case status:
                return Unclear(f"VOSS responded with HTTP status {status}.")

    def read_back(self, usage: Usage) -> ReadBack:
        """See Voss."""
        try:
            response = self._get(self._usages_url, {"externalReference": usage.id})
            if response.status != 200:
                return Unclear(f"VOSS responded to the read-back with HTTP status {response.status}.")
            items = _UsagesResponse.model_validate(json.loads(response.body)).items
        except (RetriableError, DeliveryUnclear, FatalError):
            return Unclear("The read-back from VOSS failed.")
        except (ValueError, RecursionError):
            return Unclear("VOSS's response to the read-back cannot be read.")
        if not items:
            return NotThere()
        ours = [item for item in items if isinstance(item, dict) and item.get("externalReference") == usage.id]
        return _accepted(json.dumps(ours[0])) if ours else Unclear("VOSS responded to the read-back with other usages.")

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
        if len(headers) == 1:
            raise FatalError("The secret for VOSS contains neither an OAuth client nor an API key. Store one of them.")
        return headers

    def _forget_credentials(self) -> None:
        """Makes the next request read the secret again and get a new token."""
        self._was_refused = True
        self._tokens = TokenSource(self._api.token_url, self._api.scope, _WHO)


def _accepted(body: bytes | str) -> Accepted | Unclear:
    """VOSS has the usage. A read-back settles a response that cannot be read; another POST never does."""
    try:
        return Accepted(CreateSubscriptionProductGroupResult.model_validate(json.loads(body)).to_json())
    except (ValueError, RecursionError):  # pydantic's ValidationError is a ValueError
        return Unclear("VOSS took the usage, but its response cannot be read.")


def _reason(response: Response) -> str:
    """VOSS's own sentence, or ours if VOSS gives no reason."""
    try:
        body: Any = json.loads(response.body)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        nested = body.get("error")
        for place in [body, nested] if isinstance(nested, dict) else [body]:
            for name in ("message", "detail", "title"):
                if isinstance(place.get(name), str) and place[name].strip():
                    return "".join(char for char in place[name].strip() if char.isprintable())[:MAX_REASON_CHARACTERS]
    return f"VOSS refused the usage (HTTP status {response.status})."


class _UsagesResponse(BaseModel):
    """A list of usages. Each item is validated only if it is the wanted one."""

    model_config = ConfigDict(hide_input_in_errors=True)

    items: list[Any]


class _ProductItem(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    name: str
    article_number: str = Field(alias="articleNumber")


class _ProductsResponse(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    items: list[_ProductItem]
    total_pages: int = Field(default=1, alias="totalPages")
