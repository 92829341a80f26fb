"""What an answer of VOSS means for a usage. These rules alone decide whether a usage may be posted again."""

import json
from datetime import datetime

from bokabridge.voss.outcome import (
    Accepted,
    Acknowledged,
    AlreadyThere,
    NotSent,
    NotThere,
    Outcome,
    ReadBack,
    Refused,
    Unclear,
)
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import Usage, UsageState

_UNVERIFIED = "VOSS took the usage at a repeated POST. We are checking that it took it only once."


def after_post(usage: Usage, outcome: Outcome, now: datetime, timing: Timing, *, is_owed: bool) -> Usage:
    """The record after the POST of a claimed usage.

    If VOSS may have carried out an earlier POST as well, an accepted one proves at least one line on the bill, and a
    refused one proves nothing. Only a read-back then settles the usage.
    """
    look_at = now + timing.look_again_after
    match outcome:
        case Accepted() if usage.posts == 1:
            return _located(usage, outcome, now)
        case Accepted(result_json, raw, note):
            reason = note or _UNVERIFIED
            return usage.acknowledged(reason, now, look_at, raw_answer=raw, result_json=result_json)
        case Acknowledged(reason, raw) | AlreadyThere(reason, raw):
            return usage.acknowledged(reason, now, look_at, raw_answer=raw, result_json=None)
        case Refused(refusal, reason) if usage.posts == 1:
            return usage.rejected(refusal, reason, now)
        case NotSent(reason, was_answered=was_answered) if not is_owed:
            return usage.not_sent(reason, now, was_answered=was_answered)
        case NotSent(reason, was_answered=was_answered):
            return usage.still_owed(reason, now, was_answered=was_answered)
        case Refused(_, reason) | Unclear(reason):
            return usage.unknown(reason, now)


def after_refusal(usage: Usage, refused: Refused, found: ReadBack, now: datetime) -> Usage:
    """The record after VOSS refused a repeated POST and a read-back asked about the earlier ones.

    Two earlier ones may be two lines on the bill, even if VOSS does not list them yet.
    """
    earlier = usage.posts - 1
    match found:
        case Accepted():
            return _located(usage, found, now)
        case NotThere() if earlier > 1:
            return usage.disputed(f"{_none_listed(earlier)} It refused the next one. {refused.reason}", now)
        case NotThere():
            return usage.rejected(refused.refusal, refused.reason, now)
        case Unclear():
            return usage.unknown(refused.reason, now)


def after_read_back(
    usage: Usage, found: ReadBack, now: datetime, timing: Timing, *, is_duplicate: bool = False
) -> Usage | None:
    """The record after a read-back, or None if the usage may be posted again now.

    `is_duplicate` is True if VOSS has just refused a POST as a duplicate, so that it cannot be a second line.
    """
    look_at = now + timing.look_again_after
    has_given_up = now >= usage.claimed_at + timing.give_up_after
    match found:
        case Accepted(lines=1) if not (is_duplicate or has_given_up or _is_the_only_line(usage, found)):
            return usage.unknown(_UNVERIFIED, now, look_at)
        case Accepted():
            return _located(usage, found, now)
        case NotThere() if not usage.is_acknowledged and usage.posts < timing.max_posts:
            if now >= usage.claimed_at + timing.wait_before_next_post(usage.posts):
                return None
            return usage.unknown(usage.reason, now, look_at)
        case NotThere():
            return (
                usage.disputed(_contradiction(usage), now)
                if has_given_up
                else usage.unknown(usage.reason, now, look_at)
            )
        case Unclear(reason, quotes_voss):
            latest = reason if quotes_voss or not usage.reason else usage.reason
            if now >= (usage.unsettled_since or now) + timing.unclear_for_at_most:
                return usage.disputed(f"VOSS did not say for days whether it has the usage. {latest}", now)
            return usage.unknown(latest, now, look_at)


def merged(current: Usage, late: Usage, now: datetime, timing: Timing) -> Usage | None:
    """The record with what a sender learnt after another had taken over: VOSS has the usage. None: nothing to add."""
    has_proof = late.is_acknowledged or late.state is UsageState.Sent
    if not has_proof or current.state in (UsageState.Sent, UsageState.Rejected, UsageState.Disputed):
        return None
    if _differ(current.result_json, late.result_json):
        return current.disputed("VOSS took the usage at two POSTs.", now)
    if current.is_acknowledged and (current.result_json or not late.result_json):
        return None
    look_at = now + timing.look_again_after
    reason = late.reason or _UNVERIFIED
    return current.acknowledged(reason, now, look_at, raw_answer=late.raw_answer, result_json=late.result_json)


def _located(usage: Usage, found: Accepted, now: datetime) -> Usage:
    """VOSS lists the usage: once as it should, or more often."""
    if found.lines > 1:
        return usage.disputed(f"VOSS lists the usage {found.lines} times.", now, found.raw)
    if _differ(usage.result_json, found.result_json):
        return usage.disputed("VOSS lists the usage with another result than it returned.", now, found.raw)
    result_json = found.result_json or usage.result_json
    return usage.sent(result_json, now, raw_answer=found.raw or usage.raw_answer, note=found.note)


def _is_the_only_line(usage: Usage, found: Accepted) -> bool:
    """True if the listed line is certainly the only one.

    After several POSTs, VOSS may list the line of an older one before that of the newest. If the listed line is the
    newest POST's own, VOSS would list an older one as well.
    """
    if usage.posts == 1:
        return True
    return bool(usage.result_json and found.result_json)


def _differ(one: str | None, other: str | None) -> bool:
    """True if two results have different ids: they are two lines on the bill."""
    return bool(one and other) and json.loads(one or "")["id"].lower() != json.loads(other or "")["id"].lower()


def _contradiction(usage: Usage) -> str:
    acknowledged = "VOSS acknowledged the usage but does not list it."
    fact = acknowledged if usage.is_acknowledged else _none_listed(usage.posts)
    return f"{fact} {usage.reason}" if usage.reason else fact


def _none_listed(posts: int) -> str:
    return f"VOSS may have received {posts} POSTs of the usage, and lists none."
