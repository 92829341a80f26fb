"""Cross-origin requests from browsers, with the headers of ServiceStack's CorsFeature.

Origins are listed, because clients send credentials, for which `*` is not allowed
(https://fetch.spec.whatwg.org/#http-cors-protocol).
"""

from collections.abc import Collection, Mapping

_GRANTED = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, PATCH, OPTIONS, HEAD",
    "Access-Control-Allow-Headers": "Content-Type, Authorization, x-api-key, Idempotency-Key",
    "Access-Control-Max-Age": "600",
}


def parse_origins(text: str) -> frozenset[str]:
    """The origins in a list with commas, like `https://app.example.com, https://example.org`."""
    return frozenset(origin.strip().rstrip("/").lower() for origin in text.split(",") if origin.strip())


def cors_headers(headers: Mapping[str, str], origins: Collection[str]) -> dict[str, str]:
    """The headers for a request with these headers, whose names are in lower case. None for other origins."""
    origin = headers.get("origin", "")
    if origin.lower() not in origins:
        return {}
    return {"Access-Control-Allow-Origin": origin, **_GRANTED}
