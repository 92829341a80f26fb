"""Errors and batches in every format."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bokabridge.http.errors import FieldError, failure
from bokabridge.http.formats import FORMATS, write_error
from bokabridge.operations.customers import CUSTOMER_QUERY
from bokabridge.operations.usersync import QUERY_AXEMA_USER_SYNC_JOBS, AxemaUserSyncJobResponse
from tests import servicestack as stub
from tests.unit.http.formats.things import NOTHING_SET, Thing

NAMESPACES = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/'
DTOS = f"{NAMESPACES}BokaMera.API.ServiceModel.Dtos"
TYPES = "http://schemas.servicestack.net/types"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
DECLARED = '<?xml version="1.0" encoding="utf-8"?>'


def test_an_error_in_the_operations_own_response_has_its_namespaces_in_xml() -> None:
    error = FieldError(error_code="E", field_name="F", message="M", meta={"K": "V"})
    text = write_error(failure(400, "C", "Why", errors=[error]), QUERY_AXEMA_USER_SYNC_JOBS, FORMATS["xml"])
    assert text == (
        f'{DECLARED}<QueryAxemaUserSyncJobsResponse {DTOS}"><ResponseStatus xmlns:d2p1="{TYPES}">'
        '<d2p1:ErrorCode>C</d2p1:ErrorCode><d2p1:Message>Why</d2p1:Message><d2p1:StackTrace i:nil="true" />'
        "<d2p1:Errors><d2p1:ResponseError><d2p1:ErrorCode>E</d2p1:ErrorCode><d2p1:FieldName>F</d2p1:FieldName>"
        f'<d2p1:Message>M</d2p1:Message><d2p1:Meta xmlns:d5p1="{ARRAYS}"><d5p1:KeyValueOfstringstring><d5p1:Key>K'
        "</d5p1:Key><d5p1:Value>V</d5p1:Value></d5p1:KeyValueOfstringstring></d2p1:Meta></d2p1:ResponseError>"
        f'</d2p1:Errors><d2p1:Meta xmlns:d3p1="{ARRAYS}" i:nil="true" /></ResponseStatus>'
        '<Results i:nil="true" /></QueryAxemaUserSyncJobsResponse>'
    )
    ET.fromstring(text)


def test_an_error_in_the_operations_own_response_has_the_defaults_of_its_other_members() -> None:
    given = failure(409, "Conflict", "Busy.")
    status = '"ResponseStatus":{"ErrorCode":"Conflict","Message":"Busy.","Errors":[]}'
    assert write_error(given, QUERY_AXEMA_USER_SYNC_JOBS, FORMATS["json"]) == f"{{{status}}}"
    assert write_error(given, CUSTOMER_QUERY, FORMATS["json"]) == f'{{"Offset":0,"Total":0,{status}}}'
    assert write_error(given, CUSTOMER_QUERY, FORMATS["jsonl"]) == f'{{"Offset":0,"Total":0,{status}}}'
    assert write_error(given, CUSTOMER_QUERY, FORMATS["csv"]).startswith("Offset,Total,Results,ResponseStatus\r\n0,0,,")
    assert write_error(given, CUSTOMER_QUERY, FORMATS["jsv"]).startswith("{Offset:0,Total:0,ResponseStatus:{")
    assert write_error(given, None, FORMATS["json"]) == f"{{{status}}}"


def test_the_ids_in_an_errors_meta_are_written_in_every_format() -> None:
    given = failure(409, "Conflict", "Busy.", meta={"RequestId": "1"})
    wanted = {"json": '"Meta":{"RequestId":"1"}', "jsv": "Meta:{RequestId:1}", "csv": "Meta:{RequestId:1}"}
    wanted |= {"jsonl": wanted["json"], "xml": "<d3p1:Key>RequestId</d3p1:Key><d3p1:Value>1</d3p1:Value>"}
    for name, part in wanted.items():
        assert part in write_error(given, None, FORMATS[name])


BATCHES: dict[str, Any] = {
    "json": '[{"Id":"J","Count":0,"Share":0,"Active":false},{"Id":"J","Count":1,"Share":0,"Active":false}]',
    "jsonl": '{"Id":"J","Count":0,"Share":0,"Active":false}\n{"Id":"J","Count":1,"Share":0,"Active":false}\n',
    "jsv": "[{Id:J,Count:0,Share:0,Active:False},{Id:J,Count:1,Share:0,Active:False}]",
    "csv": "Id,Text,Count,Maybe,Share,Active,At,Created,Things,Extra\r\n"
    "J,,0,,0,False,,0001-01-01T00:00:00,,\r\nJ,,1,,0,False,,0001-01-01T00:00:00,,\r\n",
}
EMPTY = {"json": "[]", "jsonl": "", "jsv": "[]", "csv": "Id,Text,Count,Maybe,Share,Active,At,Created,Things,Extra\r\n"}


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_has_each_response_in_the_formats_own_notation(name: str) -> None:
    bodies = [Thing(id="J", count=count, created=NOTHING_SET) for count in (0, 1)]
    assert FORMATS[name].write_many(bodies, Thing) == BATCHES[name]
    assert FORMATS[name].write_many([], Thing) == EMPTY[name]


def test_a_batch_in_xml_is_an_array() -> None:
    text = FORMATS["xml"].write_many([stub.job(), stub.job()], AxemaUserSyncJobResponse)
    alone = FORMATS["xml"].write(stub.job()).removeprefix(f'{DECLARED}<AxemaUserSyncJobResponse {DTOS}">')
    item = f"<AxemaUserSyncJobResponse>{alone}"
    assert text == f'{DECLARED}<ArrayOfAxemaUserSyncJobResponse {DTOS}">{item}{item}</ArrayOfAxemaUserSyncJobResponse>'
    assert (
        FORMATS["xml"].write_many([], AxemaUserSyncJobResponse)
        == f'{DECLARED}<ArrayOfAxemaUserSyncJobResponse {DTOS}" />'
    )


def test_a_batch_of_bare_lists_is_a_list_of_lists() -> None:
    bodies = [stub.products(), stub.products("Main")]
    one = FORMATS["json"].write(stub.products())
    assert FORMATS["json"].write_many(bodies, stub.StubProducts) == f"[{one},[]]"
    assert FORMATS["jsv"].write_many(bodies, stub.StubProducts).endswith(",[]]")
    assert FORMATS["csv"].write_many(bodies, stub.StubProducts) == FORMATS["csv"].write(stub.products())
    text = FORMATS["xml"].write_many(bodies, stub.StubProducts)
    assert [len(child) for child in ET.fromstring(text)] == [3, 0]
