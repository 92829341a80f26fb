"""VOSS, the billing system. EVERYTHING THAT WE ASSUME ABOUT ITS API IS IN THIS FILE.

VOSS has no public API documentation (public-facts 3). What follows is derived from BokaMera's metadata pages, or is the
common practice of such systems; whoever has the real specification changes this file (and `local/voss`, which behaves
by the same assumptions) and nothing else. Addresses and paths are parameters of the deployment.

1. Identity: a token by OAuth 2.0 client credentials (`Authorization: Bearer`), an API key (`x-api-key`), or both: what
   the secret has (`_headers`).
2. `POST {usage path}` with `{customerId, articleNumber, quantity, externalReference}` bills a usage. Our CompanyId is
   VOSS's customerId. `externalReference` and the `Idempotency-Key` header are the usage's id: VOSS may refuse doubles
   by it, and nothing on our side relies on that (`post`).
3. 200 or 201 carries CreateSubscriptionProductGroupResult (seed 003_19185feaf3f9fc6d.txt) (`_accepted`).
4. 409 means that VOSS has the usage already. 429 means that the request was refused before it was looked at, and so do
   401 and 403. Any other 4xx is final, with the reason in `message`, `detail`, `title` or `error.message`; only 408 is
   no answer to rely on. After anything else (5xx, redirects, a 2xx that cannot be read, no answer) the usage may have
   been billed (`_outcome`, `_reason`).
5. `GET {usage path}?externalReference=` answers 200 `{items: [...]}`, each item a result with its `externalReference`.
   An empty list proves that VOSS does not have the usage, once `settle_after` has passed since the claim. A 404, or
   usages with other references, prove nothing: it may be the path or the filter that is wrong (`find`).
6. `GET {products path}?type=&pageIndex=&pageSize=` answers `{items: [{name, articleNumber}], totalPages}`, with pages
   counted from 0 (the older GetVossProducts page, public-facts 1.3.2) (`products`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bokabridge.adapters.aws.secrets import VossSecret
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.adapters.outbound.request import Response, send_once
from bokabridge.errors import CredentialsRejected, DeliveryUnclear, FatalError, NotDelivered, Refusal, RetriableError
from bokabridge.voss.outcome import Accepted, AlreadyThere, NotSent, NotThere, Outcome, ReadBack, Refused, Unclear
from bokabridge.voss.product import Product, ProductType
from bokabridge.voss.result import CreateSubscriptionProductGroupResult
from bokabridge.voss.usage import Usage

READ_BACK_TIMEOUT = 5.0
"""Seconds. Send window (8), POST (8) and one read-back, with 2 for each connection, fit API Gateway's 29 together with
the ledger's own calls."""

PAGE_SIZE = 100
MAX_PAGES = 100
MAX_REASON = 500
"""Characters of VOSS's reason that are kept."""

_WHO = "VOSS"
_REFUSALS = {400: Refusal.Invalid, 404: Refusal.NotFound}


@dataclass(frozen=True, slots=True)
class VossApi:
    """Where VOSS is, by the deployment's parameters. `token_url` is empty if VOSS asks for an API key only."""

    base_url: str
    usage_path: str
    products_path: str
    token_url: str
    scope: str
    post_timeout_seconds: float


class VossClient:
    """Voss over HTTP. `secret` gives our credentials, read anew if it is called with True; it may raise FatalError."""

    def __init__(self, api: VossApi, secret: Callable[[bool], VossSecret]) -> None:
        self._api = api
        self._secret = secret
        self._usages_url = api.base_url + api.usage_path
        self._products_url = api.base_url + api.products_path
        self._tokens = TokenSource(api.token_url, api.scope, _WHO)
        self._was_refused = False

    def sign_in(self) -> NotSent | None:
        """See Voss. A token that is still good costs nothing. Refused credentials may have been rotated meanwhile."""
        try:
            try:
                self._headers()
            except CredentialsRejected:
                self._forget_credentials()
                self._headers()
        except RetriableError as error:
            return NotSent("VOSS's sign-in service could not be reached.", error.retry_after_seconds)
        except FatalError:
            return NotSent("VOSS's sign-in service does not accept our credentials.", may_retry=False)
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
            answer = send_once(
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
        except (RetriableError, FatalError):
            return NotSent("VOSS's sign-in service could not be used.")
        return self._outcome(answer)

    def _outcome(self, answer: Response) -> Outcome | AlreadyThere:
        match answer.status:
            case 200 | 201:
                return _accepted(answer.body)
            case 409:
                return AlreadyThere()
            case 429:
                return NotSent("VOSS takes no more requests at the moment.", answer.retry_after_seconds)
            case 401:
                self._forget_credentials()
                return NotSent("VOSS did not accept our access token.")
            case 403:
                return NotSent("VOSS does not let us bill usage.", may_retry=False)
            case status if 400 <= status < 500 and status != 408:
                return Refused(_REFUSALS.get(status, Refusal.Unprocessable), _reason(answer))
            case status:
                return Unclear(f"VOSS answered with HTTP status {status}.")

    def find(self, usage: Usage) -> ReadBack:
        """See Voss."""
        try:
            answer = self._get(self._usages_url, {"externalReference": usage.id})
            if answer.status != 200:
                return Unclear(f"VOSS answered with HTTP status {answer.status} when asked for the usage.")
            found = _Page.model_validate(json.loads(answer.body))
        except (RetriableError, DeliveryUnclear, FatalError):
            return Unclear("VOSS could not be asked for the usage.")
        except (ValueError, RecursionError):
            return Unclear("VOSS's answer about the usage cannot be read.")
        if not found.items:
            return NotThere()
        ours = [item for item in found.items if isinstance(item, dict) and item.get("externalReference") == usage.id]
        return _accepted(json.dumps(ours[0]).encode()) if ours else Unclear("VOSS answered about other usages.")

    def products(self, product_type: ProductType | None) -> Sequence[Product]:
        """See Voss."""
        found: list[Product] = []
        for page_index in range(MAX_PAGES):
            query = {"pageIndex": str(page_index), "pageSize": str(PAGE_SIZE)}
            if product_type is not None:
                query["type"] = product_type.value
            page = self._products_page(query)
            found += page.products
            if page_index + 1 >= page.total_pages or not page.products:
                break
        return found

    def _products_page(self, query: Mapping[str, str]) -> "_Products":
        try:
            answer = self._get(self._products_url, query)
        except DeliveryUnclear as error:  # reading twice does no harm
            raise RetriableError(str(error)) from None
        if answer.status != 200:
            raise RetriableError(f"VOSS answered with HTTP status {answer.status} when asked for its products.")
        try:
            return _Products.model_validate(json.loads(answer.body))
        except (ValueError, RecursionError):
            raise RetriableError("VOSS's list of products cannot be read.") from None

    def _get(self, url: str, query: Mapping[str, str]) -> Response:
        """One read, with a new token if the one we have is refused."""
        answer = self._get_once(url, query)
        if answer.status == 401:
            self._forget_credentials()
            answer = self._get_once(url, query)
        return answer

    def _get_once(self, url: str, query: Mapping[str, str]) -> Response:
        return send_once(
            "GET", url, who=_WHO, headers=self._headers(), read_timeout_seconds=READ_BACK_TIMEOUT, query=query
        )

    def _headers(self) -> dict[str, str]:
        """What identifies us. Raises RetriableError or FatalError."""
        secret = self._secret(self._was_refused)
        self._was_refused = False
        headers = {"Accept": "application/json"}
        if secret.api_key:
            headers["x-api-key"] = secret.api_key
        if self._api.token_url and secret.client_id and secret.client_secret:
            headers["Authorization"] = f"Bearer {self._tokens.get(secret.client_id, secret.client_secret)}"
        if len(headers) == 1:
            raise FatalError("The secret for VOSS holds neither an OAuth client nor an API key.")
        return headers

    def _forget_credentials(self) -> None:
        """The next request reads the secret anew and fetches a new token."""
        self._was_refused = True
        self._tokens = TokenSource(self._api.token_url, self._api.scope, _WHO)


def _accepted(body: bytes) -> Accepted | Unclear:
    """VOSS has the usage. An answer that cannot be read is settled by a read-back, never by another POST."""
    try:
        return Accepted(CreateSubscriptionProductGroupResult.model_validate(json.loads(body)).to_json())
    except (ValidationError, ValueError, RecursionError):
        return Unclear("VOSS took the usage, but its answer cannot be read.")


def _reason(answer: Response) -> str:
    """VOSS's own sentence, as far as it is one."""
    try:
        told: Any = json.loads(answer.body)
    except (ValueError, RecursionError):
        told = None
    if isinstance(told, dict):
        nested = told.get("error")
        places = [told, nested] if isinstance(nested, dict) else [told]
        for place in places:
            for name in ("message", "detail", "title"):
                if isinstance(place.get(name), str) and place[name].strip():
                    return "".join(char for char in place[name].strip() if char.isprintable())[:MAX_REASON]
    return f"VOSS refused the usage (HTTP status {answer.status})."


class _Page(BaseModel):
    """A list of usages; what is in it is looked at one by one."""

    model_config = ConfigDict(hide_input_in_errors=True)

    items: list[Any]


class _Product(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    name: str
    article_number: str = Field(alias="articleNumber")


class _Products(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    items: list[_Product]
    total_pages: int = Field(default=1, alias="totalPages")

    @property
    def products(self) -> list[Product]:
        return [Product(item.name, item.article_number) for item in self.items]
