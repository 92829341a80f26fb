"""What requests may look like in each format (ServiceStack's tolerance, and where ours is stricter or wider)."""

from typing import Any

import pytest

from bokabridge.errors import InvalidInput
from bokabridge.http.formats import FORM, FORMATS, format_of
from bokabridge.operations.settings import AddAxemaCodeLockSetting
from bokabridge.operations.voss import CreateVossUsage
from bokabridge.operations.voss_usages import QueryVossUsagesResponse

NAMESPACE = CreateVossUsage.xml_namespace
USAGE = {"CompanyId": "11111111-1111-4111-8111-111111111111", "ArticleNumber": "A1", "Quantity": "6"}


def read(name: str, text: str, request: Any = CreateVossUsage) -> Any:
    return {**FORMATS, "form": FORM}[name].read(text, request)


@pytest.mark.parametrize(
    ("text", "members"),
    [
        (' \r\n\t{ "a" : 1 , "b" : [ 1, {} ] } \n', {"a": 1, "b": [1, {}]}),
        ('\ufeff{"a":1}', {"a": 1}),
        ('{"a":1,}', {"a": 1}),
        ('{"a":1 , }', {"a": 1}),
        ("{}", {}),
        ("", {}),
        (" \n", {}),
        ("null", {}),
        ('{"a":1,"a":2}', {"a": 2}),
        ('{"articlenumber":6}', {"articlenumber": "6"}),
        ('{"ArticleNumber":1.50}', {"ArticleNumber": "1.50"}),
        ('{"ArticleNumber":true}', {"ArticleNumber": "true"}),
        ('{"ArticleNumber": { "a" : [1, 2] } }', {"ArticleNumber": '{ "a" : [1, 2] }'}),
        ('{"ArticleNumber":null}', {"ArticleNumber": None}),
        ('{"ArticleNumber":"\\u00e5\\n"}', {"ArticleNumber": "å\n"}),
        ('{"Quantity":"6"}', {"Quantity": "6"}),
        ('{"Quantity":true}', {"Quantity": True}),
    ],
)
def test_json_may_have_blanks_a_last_comma_and_any_value_for_a_text(text: str, members: dict[str, Any]) -> None:
    assert read("json", text) == members


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("{CompanyId:c,ArticleNumber:A1,Quantity:6}", {"CompanyId": "c", "ArticleNumber": "A1", "Quantity": "6"}),
        ('{articlenumber:"x, ""y"""}', {"articlenumber": 'x, "y"'}),
        ('{"ArticleNumber":"A1", "Quantity": 6 }', {"ArticleNumber": "A1", "Quantity": "6"}),
        ('{\n  "ArticleNumber": "A1",\n  "Quantity": 6\n}', {"ArticleNumber": "A1", "Quantity": "6"}),
        ("{ArticleNumber:A1", {"ArticleNumber": "A1"}),
        ("{ArticleNumber:A1,", {"ArticleNumber": "A1"}),
        ("{ArticleNumber:A1,}", {"ArticleNumber": "A1"}),
        (
            "{ArticleNumber:null,Quantity:null,CompanyId:}",
            {"ArticleNumber": "null", "Quantity": None, "CompanyId": None},
        ),
        ('{ArticleNumber:""}', {"ArticleNumber": ""}),
        ("{ArticleNumber:}", {"ArticleNumber": None}),
        ("{ArticleNumber: x }", {"ArticleNumber": " x "}),
        ('{ArticleNumber:a"b}', {"ArticleNumber": 'a"b'}),
        ("{ArticleNumber:{a:1,b:[2]}}", {"ArticleNumber": "{a:1,b:[2]}"}),
        ("{Other:{a:}},ArticleNumber:A1}", None),
        ('{Other:{a:"}"},ArticleNumber:A1}', {"ArticleNumber": "A1"}),
        ("{}", {}),
        ("", {}),
        ("null", {}),
    ],
)
def test_jsv_may_be_json_and_may_lack_its_last_brace(text: str, members: dict[str, Any] | None) -> None:
    if members is None:
        with pytest.raises(InvalidInput):
            read("jsv", text)
    else:
        assert read("jsv", text) == members


@pytest.mark.parametrize(
    ("text", "members"),
    [
        (
            "companyid, ARTICLENUMBER ,Quantity\r\nc,A1,6\r\nd,A2,7\r\n",
            {"companyid": "c", "ARTICLENUMBER": "A1", "Quantity": "6"},
        ),
        ('ArticleNumber\n"a,""b""\nc"', {"ArticleNumber": 'a,"b"\nc'}),
        ("ArticleNumber,Quantity\n,\n", {}),
        ("ArticleNumber,Quantity\n\nA1\n", {"ArticleNumber": "A1"}),
        ("ArticleNumber\nA1,6,7\n", {"ArticleNumber": "A1"}),
        ("ArticleNumber,Quantity\r\n", {}),
        ("\ufeffArticleNumber\nA1", {"ArticleNumber": "A1"}),
        ("", {}),
    ],
)
def test_csv_is_a_header_and_its_first_row(text: str, members: dict[str, Any]) -> None:
    assert read("csv", text) == members


def xml(content: str, *, root: str = "CreateVossUsage", namespace: str = NAMESPACE) -> str:
    return f'<{root} xmlns="{namespace}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">{content}</{root}>'


@pytest.mark.parametrize(
    ("text", "members"),
    [
        (xml("<ArticleNumber>A1</ArticleNumber><Quantity>6</Quantity>"), {"ArticleNumber": "A1", "Quantity": "6"}),
        (xml("<Quantity>6</Quantity>\n <ArticleNumber>A1</ArticleNumber>\n"), {"ArticleNumber": "A1", "Quantity": "6"}),
        (xml("<articlenumber>A1</articlenumber>"), {}),
        (xml('<ArticleNumber xmlns="urn:other">A1</ArticleNumber>'), {}),
        (xml("<Other><ArticleNumber>A1</ArticleNumber></Other>"), {}),
        (xml('<ArticleNumber i:nil="true" />'), {"ArticleNumber": None}),
        (xml("<ArticleNumber />"), {"ArticleNumber": ""}),
        (xml("<ArticleNumber>a&amp;b<![CDATA[<c>]]>&#229;<!-- d --></ArticleNumber>"), {"ArticleNumber": "a&b<c>å"}),
        (f'<?xml version="1.0" encoding="utf-16"?>{xml("<ArticleNumber>å</ArticleNumber>")}', {"ArticleNumber": "å"}),
        (f"\ufeff\n{xml('')}", {}),
        (f'<a:CreateVossUsage xmlns:a="{NAMESPACE}"><a:Quantity>6</a:Quantity></a:CreateVossUsage>', {"Quantity": "6"}),
        ("", {}),
    ],
)
def test_xml_has_exact_names_in_any_order(text: str, members: dict[str, Any]) -> None:
    assert read("xml", text) == members


MULTIPART = (
    '--b1\r\nContent-Disposition: form-data; name="ArticleNumber"\r\n\r\nA\r\n1\r\n'
    '--b1\r\nContent-Disposition: form-data; name="f"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\nfile\r\n'
    '--b1\r\ncontent-disposition: form-data; name="Quantity"\r\n\r\n6\r\n--b1--\r\n'
)


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("ArticleNumber=A%201+b&quantity=6", {"ArticleNumber": "A 1 b", "quantity": "6"}),
        ("ArticleNumber=&Quantity=6&", {"Quantity": "6"}),
        ("Skip=1&skip=2", {"Skip": "1,2"}),
        ("ArticleNumber=%C3%A5&x", {"ArticleNumber": "å"}),
        ("ArticleNumber=a=b;c", {"ArticleNumber": "a=b;c"}),
        ("--x=1", {"--x": "1"}),
        (MULTIPART, {"ArticleNumber": "A\n1", "Quantity": "6"}),
        ("", {}),
    ],
)
def test_forms_have_their_fields_like_a_query(text: str, members: dict[str, Any]) -> None:
    assert read("form", text) == members


@pytest.mark.parametrize(
    "text",
    [
        MULTIPART.replace("--b1--", ""),
        MULTIPART.replace('; name="Quantity"', ""),
        '--x\nContent-Disposition: form-data; name="a"\n\n1',
    ],
)
def test_a_multipart_form_that_is_cut_or_has_a_part_without_a_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a valid form"):
        read("form", text)


def test_json_lines_are_read_up_to_their_first_line() -> None:
    assert read("jsonl", '\n{"a":"\u2028"}\r\n{"b":2}') == {"a": "\u2028"}
    assert read("jsonl", "") == {}


ONE, TWO = {"ArticleNumber": "A,1"}, {"ArticleNumber": "A2"}


@pytest.mark.parametrize(
    ("name", "text", "items"),
    [
        ("json", '[{"ArticleNumber":"A,1"}, {"ArticleNumber":"A2"},]', [ONE, TWO]),
        ("json", '{"ArticleNumber":"A2"}', [TWO]),
        ("json", " [ ] ", []),
        ("json", "", []),
        ("json", "null", []),
        ("json", "{}", [{}]),
        ("jsonl", '{"ArticleNumber":"A,1"}\n{"ArticleNumber":"A2"}\n', [ONE, TWO]),
        ("jsonl", "", []),
        ("jsv", '[{ArticleNumber:"A,1"}, {ArticleNumber:A2}]', [ONE, TWO]),
        ("jsv", "{ArticleNumber:A2}", [TWO]),
        ("jsv", "[]", []),
        ("jsv", "null", []),
        ("csv", 'ArticleNumber\r\n"A,1"\r\nA2\r\n', [ONE, TWO]),
        ("csv", "ArticleNumber\r\n", []),
        (
            "xml",
            xml("<CreateVossUsage><ArticleNumber>A,1</ArticleNumber></CreateVossUsage>", root="ArrayOfCreateVossUsage"),
            [ONE],
        ),
        ("xml", xml("<ArticleNumber>A2</ArticleNumber>"), [TWO]),
        ("xml", "", []),
        ("form", "ArticleNumber=A2", [TWO]),
        ("form", "", []),
    ],
)
def test_a_batch_is_read_in_the_formats_own_notation(name: str, text: str, items: list[Any]) -> None:
    assert list({**FORMATS, "form": FORM}[name].read_many(text, CreateVossUsage)) == items


@pytest.mark.parametrize(
    ("name", "text"), [("json", "[1]"), ("json", "[{}"), ("json", "[{}]x"), ("jsv", "[x]"), ("jsv", "[{A:1}")]
)
def test_a_batch_that_is_no_list_of_objects_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        FORMATS[name].read_many(text, CreateVossUsage)
    assert refused.value.code == "SerializationException"


def test_values_are_read_by_the_types_of_the_dto() -> None:
    text = '{Active:True,ApiPort:"8443",IntegrationType:LocalApi,Password:"a,b",NameOrder:null}'
    request: Any = AddAxemaCodeLockSetting.model_validate(read("jsv", text, AddAxemaCodeLockSetting))
    assert (request.active, request.api_port, request.integration_type, request.password) == (True, 8443, 1, "a,b")


def test_inner_lists_are_read_by_the_types_of_the_dto() -> None:
    inner = '{Total:1,Results:[{Id:J,Answer:{name:"x,y",products:[{name:""}]},Quantity:6},{Reason:null}]}'
    assert read("jsv", inner, QueryVossUsagesResponse) == {
        "Total": "1",
        "Results": [
            {"Id": "J", "Answer": {"name": "x,y", "products": [{"name": ""}]}, "Quantity": "6"},
            {"Reason": "null"},
        ],
    }


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        *(("application/json", "json"), ("text/json", "json"), ("Application/JSON; charset=utf-8", "json")),
        *(("application/jsv", "jsv"), ("text/jsv", "jsv"), ("text/csv", "csv"), ("text/jsonl", "jsonl")),
        *(("application/xml", "xml"), ("text/xml;charset=UTF-8", "xml")),
        *(("application/x-www-form-urlencoded", "form"), ("multipart/form-data; boundary=x", "form")),
        *(("text/plain", None), ("application/octet-stream", None), ("", None), ("json", None)),
    ],
)
def test_the_content_type_selects_the_reader(content_type: str, name: str | None) -> None:
    found = format_of(content_type)
    assert (found.name if found else None) == name
