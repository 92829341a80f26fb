"""Values that no client should send, as JSON tokens and as texts: one of each class that has broken a server."""

import json

_NUMBERS = [
    "-1", "0", "1", "1001", "9223372036854775708", "9223372036854775807", "18446744073709551616", "2147483647",
    "2147483648", "4294967296", "-9223372036854775809", "1e3", "1E+3", "1e999", "-1e999", "1.0", "1.5", "0x10",
    "1_000", "\uff11\uff12", "²", "٣", " 5 ", "+5", "--5", "1,000", "NaN", "Infinity", "-Infinity", "00",
    "1" + "0" * 400, "9" * 5000,
]  # fmt: skip

_TEXTS = [
    "", " ", "\t", "\n", "\u00a0", "\u200b", "\x00", "a\x00b", "a\r\nInjected: yes", "\ud83d", "\udc00x",
    "\U0001f600", "\ufeff", "\u202e", "a" * 199, "a" * 10_000, "å" * 300, "'", '"', "\\", "%00", "%",
    "../../etc/passwd", "<script>", "${jndi:ldap://x}", "{{7*7}}", "null", "undefined", "true", "false", "[]", "{}",
    "None", "{'a': 1}", "#State", ":value", "COMPANY#", "*", "1;DROP TABLE", "a,b", "a:b", "http://127.0.0.1",
    "[::1]", "169.254.169.254",
]  # fmt: skip

_GUIDS = [
    "urn:uuid:11111111-1111-4111-8111-111111111111", "{11111111-1111-4111-8111-111111111111}",
    "(11111111-1111-4111-8111-111111111111)", "11111111111141118111111111111111",
    "1111{1111}111141118111111111111111", "11111111-1111-4111-8111-11111111111", "0x111111111111411181111111111111",
    "1_1_1_1_1_1_1_1_1_1_1_1_1_1_1_1_1", "00000000-0000-0000-0000-000000000000",
    "\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11-1111-4111-8111-111111111111",
    "--11111111111141118111111111111111--", "{{11111111-1111-4111-8111-111111111111}}",
    "11111111-1111-4111-8111-111111111111\n", "ffffffff-ffff-ffff-ffff-ffffffffffff",
]  # fmt: skip

_DATES = [
    "0001-01-01", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "9999-12-31", "0000-01-01", "10000-01-01",
    "1969-12-31T23:59:59Z", "2026-02-30", "2026-11-21T25:00", "2026-11-21T12:00:60Z", "2026-W01-1",
    "2026-11-21T12:00+99:00", "20261121", "2026", "/Date(1)/", "2026-11-21T12:00:00.1234567Z",
    "\uff12\uff10\uff12\uff16-11-21", "2026-11-21T12:00:00Z[Europe/Paris]",
]  # fmt: skip

_SCHEDULES = [
    "rate(0 days)", "rate(9999999 days)", "cron(* * * * *)", "cron(0/0 * * * ? *)", "cron(0 0 31 2 ? 2199)",
    "cron(" + "0," * 5000 + "0 0 ? * * *)", "rate(²  days)", "at(2026-01-01T00:00:00)", "Europe",
    "../../../etc/localtime", "Europe/Stock\x00holm", "Factory", "posixrules", "localtime", "zone.tab",
    "/usr/share/zoneinfo/Europe/Paris",
]  # fmt: skip

_JSON_ONLY = [
    "null", "true", "false", "[]", "{}", "[1]", '{"a": 1}', "[null]", '[[["x"]]]', "[" * 800 + "]" * 800, "-0",
    "1e-400", '"\\ud83d"', '"\\ud83d\\ud83d"', '"\\u0000"', "0.1", "-1.0", "12345678901234567890.5",
    '{"$type": "System.Object"}',
]  # fmt: skip

KINDS = {"number": _NUMBERS, "guid": _GUIDS, "date": _DATES, "schedule": _SCHEDULES, "text": _TEXTS}
"""Texts that look like a value of this kind."""

TEXTS = [*_NUMBERS, *_TEXTS, *_GUIDS, *_DATES, *_SCHEDULES]
"""As they are in a path, a query or a header, and quoted in a body."""

TOKENS = [*_JSON_ONLY, *(text for text in _NUMBERS if text.isascii()), *(json.dumps(text) for text in TEXTS)]
"""In the body: JSON, or what some parsers take for it."""

BODIES = [
    "", " ", "null", "[]", '"text"', "17", "NaN", "{", "}", "{bad", '{"Take":', '{"Take": 1}}', '{"a": 1,}',
    "{'a': 1}", "[" * 100_000, '{"a":' * 50_000, '{"CompanyId":' + "[" * 5000 + "]" * 5000 + "}", "\ufeff{}", "\x00",
    "<xml/>", "CompanyId=1&Take=2", '{"Take": 1, "Take": "x"}', '{"take": 1, "TAKE": 2}', '{"Take": 1} {"Take": 2}',
    "\ud83d", '{"": ""}', '{"__proto__": {"a": 1}}', '{"\\ud83d": 1}', " " * 300_000,
    '{"Search": "' + "a" * 262_200 + '"}',
]  # fmt: skip
"""Whole bodies."""
