"""ServiceStack's own types that generated DTOs use."""

from codegen.model import DTOS, SERVICESTACK, ClassType, Member, TypeName

ICOMPANY = ClassType(
    "ICompany",
    DTOS,
    [Member("CompanyId", "CompanyId", TypeName("Guid"), is_nullable=True, is_value=True)],
    is_interface=True,
)
"""BokaMera's interface of a request that concerns a company."""


def _member(order: int, name: str, type_: TypeName, *, is_nullable: bool = False) -> Member:
    return Member(name, name, type_, is_nullable, data_member=f"Order={order}")


_TEXT = TypeName("string")
_META = TypeName("Dictionary<string,string>")

RESPONSE_ERROR = ClassType(
    "ResponseError",
    SERVICESTACK,
    [
        _member(1, "ErrorCode", _TEXT),
        _member(2, "FieldName", _TEXT),
        _member(3, "Message", _TEXT),
        _member(4, "Meta", _META, is_nullable=True),
    ],
    data_contract="DataContract",
)

RESPONSE_STATUS = ClassType(
    "ResponseStatus",
    SERVICESTACK,
    [
        _member(1, "ErrorCode", _TEXT),
        _member(2, "Message", _TEXT, is_nullable=True),
        _member(3, "StackTrace", _TEXT, is_nullable=True),
        _member(4, "Errors", TypeName("ResponseError", is_list=True), is_nullable=True),
        _member(5, "Meta", _META, is_nullable=True),
    ],
    data_contract="DataContract",
)

SERVICESTACK_TYPES = (RESPONSE_ERROR, RESPONSE_STATUS)
