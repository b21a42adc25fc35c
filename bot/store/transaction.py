"""What a use-case step may touch: every table family on one connection, in one transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.store.articles import ArticleTables
from bot.store.digests import DigestTables
from bot.store.feeds import FeedTables
from bot.store.outbox import OutboxTables
from bot.store.records import RecordTables
from bot.store.stories import StoryTables
from bot.store.subscriptions import SubscriptionTables


class SqlTransaction:
    """`bot.ports.Transaction`; valid only inside the step it was given to."""

    __slots__ = (
        "articles",
        "digests",
        "feeds",
        "outbox",
        "records",
        "stories",
        "subscriptions",
    )

    def __init__(self, connection: Connection) -> None:
        self.articles = ArticleTables(connection)
        self.stories = StoryTables(connection)
        self.feeds = FeedTables(connection)
        self.subscriptions = SubscriptionTables(connection)
        self.digests = DigestTables(connection)
        self.outbox = OutboxTables(connection)
        self.records = RecordTables(connection)
