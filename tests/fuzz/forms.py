"""The forms in which the same request can be sent: routes, formats of the response, and notations of the body."""

import random
from collections.abc import Sequence

FORMATS = ("json", "xml", "csv", "jsv", "jsonl")

ACCEPTED = ("application/json", "application/xml", "application/jsv", "text/csv", "text/jsonl", "*/*", "text/html", "")

NOTATIONS = (
    *("application/json", "text/json; charset=utf-8", "application/xml", "text/xml", "application/jsv", "text/jsv"),
    *("text/csv", "text/jsonl", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
)

SWITCHES = ("eccn", "elun", "edv", "inv", "pp,eccn", "edv:false,inv,ELUN", "tc:camelcase", ",:,", "iti")

_NAMESPACE = "http://schemas.datacontract.org/2004/07/BokaMera.API.ServiceModel.Dtos"

BODIES = [
    *("{CompanyId:", "{a:b}", "[{}]", "[{},{}]", "[[]]", "[1]", "[null]", "{A:[{B:{C:d}}]}", "{,}", "{:}"),
    *("A,B\r\n1,2\r\n", 'A\r\n"', "\r\n", ",", "CompanyId\r\n\r\n", '"CompanyId"\r\n"x"\r\n', "Take\r\n1\r\n2\r\n"),
    *("{}\n{}\n", '{"Take":1}\n', "\n\n", "null\nnull"),
    *("<a/>", "<a", "<a>&b;</a>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "<a><b/></a>", "<?xml?>", "<a></b>"),
    f"<CreateVossUsage xmlns='{_NAMESPACE}'><Quantity>1</Quantity></CreateVossUsage>",
    f"<ArrayOfCreateAxemaUserSync xmlns='{_NAMESPACE}'/>",
    *("a=1&a=2&", "%", "%ff=1", "=&=", "CompanyId=&Take=1", "&" * 2000),
    '--x\r\nContent-Disposition: form-data; name="Take"\r\n\r\n1\r\n--x--\r\n',
    *("--x\r\n", "--x--", "[" + "{}," * 150 + "{}]", "{" * 5000, "[{A:" * 3000, "<a>" * 5000),
]  # fmt: skip
"""Bodies that mean something in one of the notations, or nearly do."""


def path_in_form(name: str, own_path: str, chance: random.Random) -> str:
    """One of the paths of an operation, whose own path this is."""
    spelled = chance.choice([name, name, name.lower(), name.upper()]) + chance.choice(["", "", "", "[]", "%5B%5D"])
    suffix = chance.choice(["", "", *(f".{name}" for name in FORMATS), ".html", ".JSON", ".foo"])
    return chance.choice(
        [
            f"/api/{spelled}{suffix}",
            f"/{chance.choice(FORMATS)}/{chance.choice(['reply', 'oneway', 'Reply'])}/{spelled}",
            f"{own_path}{suffix}",
            f"{own_path}/",
            own_path.upper(),
        ]
    )


def query_in_form(chance: random.Random) -> Sequence[tuple[str, str]]:
    """Parameters that ask for a form of the response."""
    return chance.choice(
        [
            [],
            [("format", chance.choice([*FORMATS, "html", "foo"]))],
            [("callback", chance.choice(["cb", "alert(1)//", "å"]))],
            [("jsconfig", chance.choice(SWITCHES))],
            [("JsConfig", chance.choice(SWITCHES)), ("Format", chance.choice(FORMATS))],
        ]
    )
