"""Messages like the ones Launchwire posts, for goldens; all words are our own."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from bot.domain.message import (
    Button,
    ButtonStyle,
    CommandMention,
    Controls,
    Field,
    Form,
    Heading,
    Link,
    Message,
    Option,
    Paragraph,
    Picture,
    Quote,
    RoleMention,
    Rule,
    Section,
    Select,
    Severity,
    Subtext,
    Text,
    Time,
)

MARKER = "KQ4ZT7A2MB5XW3C6DNEYF2GH"
ROLE = 456_000_000_000_000_000
FIRED = datetime(2021, 3, 24, 22, 6, tzinfo=UTC)
ARTICLE = "https://www.nbcnews.com/news/world/north-korea-fires-missiles-n1262004"
MAP = (
    '{"areas": [{"label": "South Hamgyong", "lat": 40.2, "lon": 127.5, "radius_km": 110,'
    ' "role": "site"}, {"label": "Sea of Japan (East Sea)", "lat": 39.6, "lon": 132.6,'
    ' "radius_km": 240, "role": "target"}], "title": "Reported areas, not exact points"}'
)
DAYS = json.dumps(
    [
        [f"2021-03-{day:02d}", count]
        for day, count in enumerate((0, 0, 1, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0, 3), start=12)
    ]
)


def alert(**changes: object) -> Message:
    values: dict[str, object] = {
        "form": Form.ALERT,
        "severity": Severity.LAUNCH,
        "push": (
            Text("🔴 LAUNCH REPORTED: North Korea fires 2 ballistic missiles toward the Sea of "),
            Text("Japan (East Sea), US official tells NBC"),
        ),
        "title": (Text("2 ballistic missiles · North Korea → Sea of Japan (East Sea)"),),
        "title_url": ARTICLE,
        "blocks": (
            Quote("North Korea fired two ballistic missiles into the sea early on Thursday."),
            Field("What", (Text("ballistic missile ×2 (reported: likely short-range)"),)),
            Field("When", (Time(FIRED),)),
            Field("Where", (Text("from South Hamgyong → Sea of Japan (East Sea)"),)),
            Field("Status", (Text("Reported", strong=True), Text(", officials quoted by NBC"))),
            Field("Why you see this", (Text("topic launches, matched “ballistic missiles”"),)),
            Picture("launch-map", "Map: area in South Hamgyong, impact area east of Korea.", MAP),
            Controls(
                (
                    Button("Read article", url=ARTICLE),
                    Button("Sources (1)", "story:1842:sources"),
                    Button("Follow story", "story:1842:follow", style=ButtonStyle.PRIMARY),
                    Button("Mute this story", "story:1842:mute"),
                    Button("Not a launch", "story:1842:notlaunch", style=ButtonStyle.DANGER),
                )
            ),
        ),
        "footer": (Text("Story #1842 · extracted automatically, check the source"),),
        "pings": (ROLE,),
        "marker": MARKER,
        "forum_title": "",
    }
    return Message(**(values | changes))  # type: ignore[arg-type]  # a test's shorthand


def update() -> Message:
    return Message(
        form=Form.ALERT,
        severity=Severity.UPDATE,
        push=(Text("🟠 UPDATE to #1842: Japan now says 2 missiles, flew 450 km (was: 1 missile)"),),
        blocks=(Paragraph((Text("Source: "), Link("NHK", "https://www3.nhk.or.jp/news/x.html"))),),
        pings=(ROLE,),
        marker=MARKER,
    )


def retraction() -> Message:
    return Message(
        form=Form.ALERT,
        severity=Severity.QUIET,
        push=(
            Text("⚪ RETRACTED #1842: "),
            Text("the Joint Chiefs of Staff say no missile was launched"),
        ),
        title=(Text("Retracted: no launch on 25 March"),),
        blocks=(
            Field("Status", (Text("Retracted", strong=True), Text(", denied by South Korea"))),
            Field("Earlier claim", (Text("2 ballistic missiles, one outlet"),)),
            Controls((Button("Sources (2)", "story:1842:sources"),)),
        ),
        footer=(Text("Story #1842"),),
        pings=(ROLE,),
        marker=MARKER,
    )


def _story(number: int, title: str, url: str, text: str, outlets: str) -> Section:
    return Section(
        (
            (Text(f"{number}. ", strong=True), Link(title, url), Text(" · 🔴 launch")),
            (Text(text),),
            (Text(outlets, emphasis=True), Text(" · "), Time(FIRED)),
        ),
        Button("Details", f"story:{1841 + number}:details"),
    )


def digest() -> Message:
    return Message(
        form=Form.CARD,
        severity=Severity.INFO,
        title=(Text("Daily digest · Thursday 25 March 2021 (Seoul time)"),),
        blocks=(
            Paragraph((Text("14 articles · 5 stories · 1 launch · 38 of 40 feeds fresh"),)),
            Picture(
                "launches-per-day", "Launch stories a day: 3 on 25 March, 2 on 16 March.", DAYS
            ),
            Rule(),
            _story(
                1,
                "North Korea fires 2 ballistic missiles toward the Sea of Japan",
                ARTICLE,
                "Two missiles flew about 450 km, according to a US official.",
                "NBC, Yonhap, NHK",
            ),
            Rule(),
            Section(
                (
                    (
                        Text("2. ", strong=True),
                        Link("Parliament debates missile plan", "https://example.org/a"),
                    ),
                    (Text("Changed since yesterday: now 4 sources (was 2)."),),
                ),
                Button("Details", "story:1851:details"),
            ),
            Rule(),
            Controls(
                (
                    Button("Show all 5", "digest:7:all", style=ButtonStyle.PRIMARY),
                    Button("Settings", "digest:7:settings"),
                )
            ),
        ),
        footer=(
            Text("Next digest "),
            Time(datetime(2021, 3, 25, 23, 0, tzinfo=UTC)),
            Text(" · change with "),
            CommandMention("digest edit"),
        ),
        silent=True,
        marker=MARKER,
    )


def empty_digest() -> Message:
    return Message(
        form=Form.CARD,
        severity=Severity.QUIET,
        blocks=(
            Paragraph((Text("No launches or missile news since yesterday 08:00 (Seoul time)."),)),
            Subtext((Text("40 of 40 feeds fresh · last poll 1 min ago"),)),
        ),
        silent=True,
        marker=MARKER,
    )


def feed_list() -> Message:
    return Message(
        form=Form.CARD,
        severity=Severity.GOOD,
        title=(Text("12 feeds · 11 healthy · 1 failing"),),
        blocks=(
            Section(
                (
                    (Text("Yonhap English", strong=True), Text(" → 3 alerts")),
                    (Text("✅ Healthy · 4 new today · checked 5 min ago"),),
                ),
                Button("Manage", "feed:3:manage"),
            ),
            Section(
                (
                    (Text("Ministry of Defence", strong=True),),
                    (Text("⚠️ Failing · HTTP 503 six times since 06:40"),),
                ),
                Button("Manage", "feed:4:manage"),
            ),
            Controls(
                (
                    Select(
                        "feeds:filter",
                        (
                            Option("All", "all", chosen=True),
                            Option("Failing", "failing", "Feeds that need a look"),
                        ),
                        placeholder="Show",
                    ),
                )
            ),
            Controls(
                (
                    Button("Previous", "feeds:0", disabled=True),
                    Button("Next", "feeds:2"),
                )
            ),
        ),
        footer=(Text("Page 1 of 3"),),
    )


def welcome() -> Message:
    return Message(
        form=Form.CARD,
        severity=Severity.INFO,
        blocks=(
            Heading((Text("Launchwire"),), level=1),
            Paragraph((Text("Missile launches, as they are reported."),)),
            Heading((Text("Start here"),), level=3),
            Paragraph((CommandMention("alert add"), Text(" posts launches in a channel"))),
            Paragraph((CommandMention("digest add"), Text(" posts a summary every day"))),
            Subtext((Text("Pings "), RoleMention(ROLE), Text(" only where you ask for it."))),
        ),
    )


ALL = {
    "alert": alert(),
    "update": update(),
    "retraction": retraction(),
    "digest": digest(),
    "empty_digest": empty_digest(),
    "feed_list": feed_list(),
    "welcome": welcome(),
}
