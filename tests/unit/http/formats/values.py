"""Any value of our DTOs, for the round trips."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bokabridge.http.formats.numbers import double_text
from bokabridge.http.formats.shape import Kind, shape_of
from bokabridge.operations.customers import CustomerQueryResponse, CustomerResponse
from bokabridge.operations.settings import CodeLockAxemaSettingResponse
from bokabridge.operations.usersync import (
    AxemaUserSyncIssue,
    AxemaUserSyncJobResponse,
    QueryAxemaUserSyncIssuesResponse,
    QueryAxemaUserSyncJobsResponse,
)
from bokabridge.operations.voss_usages import QueryVossUsagesResponse, VossUsageResponse, VossUsageSettlement
from bokabridge.voss.result import (
    CreateSubscriptionProductGroupResult,
    CustomerBalanceChange,
    CustomerBalanceChangeItem,
    SubscriptionProductGroupProductResult,
)

often_enough = hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For a busy machine, on which one example can take long."""

AWKWARD = [
    '"',
    '""',
    ",",
    "a,b",
    "{x}",
    "}",
    "]",
    "[y",
    ":",
    "\n",
    "\r\n",
    "\r",
    " x ",
    "null",
    "true",
    "123",
    "\\",
    "\\n",
]
AWKWARD += [
    "å ä ö",
    "😀",
    "\x00",
    "\x01",
    "\x1f",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "<b>&amp;</b>",
    "]]>",
    "'",
    "\t",
]
AWKWARD += ["=1+1", "", " ", "{Id:1}", "-->", '{"a":1}', "\x1c", "\xa0"]

text = st.one_of(
    st.sampled_from(AWKWARD),
    st.lists(st.sampled_from(AWKWARD), max_size=4).map("".join),
    st.text(st.characters(codec="utf-8"), max_size=20),
)
"""Text without lone surrogates, which UTF-8 cannot have."""

guid = st.uuids().map(str)
date = st.datetimes(datetime(2, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 (bounds)
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
number = st.integers(-(2**31), 2**31 - 1)
money = st.one_of(st.integers(-(10**14), 10**14), st.floats(allow_nan=False, allow_infinity=False))


_BY_KIND = {Kind.TEXT: text, Kind.GUID: guid, Kind.DATE: date, Kind.INTEGER: number, Kind.BOOLEAN: st.booleans()}


def values[Model: BaseModel](model: type[Model], **members: st.SearchStrategy[Any]) -> st.SearchStrategy[Model]:
    """Models with the given members; the others have any value of their kind."""
    chosen = dict(members)
    for (name, info), member in zip(model.model_fields.items(), shape_of(model).members, strict=False):
        if name not in members:
            is_optional = "None" in str(info.annotation)
            chosen[name] = st.none() | _BY_KIND[member.kind] if is_optional else _BY_KIND[member.kind]
    return st.fixed_dictionaries(chosen).map(lambda given: model(**given))


jobs = values(AxemaUserSyncJobResponse)
job_lists = values(QueryAxemaUserSyncJobsResponse, results=st.lists(jobs, max_size=3))
issues = values(QueryAxemaUserSyncIssuesResponse, results=st.lists(values(AxemaUserSyncIssue), max_size=3))
customer_lists = values(CustomerQueryResponse, results=st.lists(values(CustomerResponse), max_size=3))
settings = values(CodeLockAxemaSettingResponse)

_products = st.none() | st.lists(values(SubscriptionProductGroupProductResult), max_size=3)
_items = values(
    CustomerBalanceChangeItem,
    type=st.sampled_from(["Main", "Usage"]),
    product_group_id=guid,
    invoice_recipient_customer_id=guid,
    quantity=money,
    amount=money,
    discount_amount=money,
    total_amount=st.none() | money,
)
_change = values(
    CustomerBalanceChange,
    items=st.none() | st.lists(_items, max_size=2),
    total_amount=st.none() | money,
    total_discount_amount=st.none() | money,
)
results = values(
    CreateSubscriptionProductGroupResult,
    product_group_type=st.sampled_from(["Optional", "Included"]),
    status=st.sampled_from(["Active", "Terminated"]),
    products=_products,
    termination=st.none(),
    created=st.just("2026-11-21T18:40:01.123Z"),
    customer_balance_change=_change,
)
usages = values(
    QueryVossUsagesResponse,
    results=st.lists(
        values(VossUsageResponse, answer=st.none() | results, settlement=st.none() | values(VossUsageSettlement)),
        max_size=2,
    ),
)

everything = st.one_of(jobs, job_lists, issues, customer_lists, settings, results, usages)


def expected(tree: Any, true: str = "True", false: str = "False") -> Any:
    """What a format of texts says of a body: no nulls, and everything else as text."""
    match tree:
        case Mapping():
            return {name: expected(value, true, false) for name, value in tree.items() if value is not None}
        case list():
            return [expected(item, true, false) for item in tree]
        case bool():
            return true if tree else false
        case str():
            return tree
        case int():
            return str(tree)
        case _:
            return double_text(tree)
