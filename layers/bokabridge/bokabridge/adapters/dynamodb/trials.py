"""The recent connection tests of each company in UserSyncTable: `TRIALS`, with the times of those within a minute.

The item carries a number that grows with each trial. A trial is stored only if the number is unchanged, so concurrent
functions cannot both take the last one.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.keys import TRIALS, key
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.dates import format_date, parse_date
from bokabridge.settings.trial import MAX_TRIALS, TRIAL_WINDOW, after_another_trial

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoTrials:
    """TrialLog on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def add(self, company_id: str, now: datetime) -> None:
        """See TrialLog. Another trial in between is at most one of those that the window has room for."""
        for _ in range(MAX_TRIALS + 1):
            item = self._table.find(key(company_id, TRIALS)) or {"Times": [], "Revision": 0}
            times = after_another_trial([parse_date(time) for time in item["Times"]], now)
            after = {
                **key(company_id, TRIALS),
                "Times": [format_date(time) for time in times],
                "Revision": item["Revision"] + 1,
                "ExpiresAt": int((now + TRIAL_WINDOW).timestamp()) + 1,
            }
            try:
                if item["Revision"]:
                    self._table.put(after, "Revision = :seen", {":seen": item["Revision"]})
                else:
                    self._table.put(after, "attribute_not_exists(PK)")
            except ConditionFailed:
                continue
            return
        raise self._table.busy()
