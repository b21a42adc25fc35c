from bot.analysis.publishers import outlet_table
from bot.domain.article import Origin, SourceKind
from bot.domain.launch import SourceClass
from bot.domain.publisher import OPERATOR, Publisher, resolve_publisher

SEED = Origin(SourceKind.SEED, "seeds", "seeds")
LOCAL = Origin(SourceKind.FEED, "1", "Valley Courier", publisher="Valley Courier")
UNNAMED = Origin(SourceKind.FEED, "2", "some feed")


def resolve(origin: Origin, text: str = "", title: str = "Headline", **more: str) -> Publisher:
    return resolve_publisher(origin, outlet_table(), title=title, paragraphs=(text,), **more)


def test_credit_of_an_aggregator_wins() -> None:
    feed = Origin(SourceKind.FEED, "3", "Google News", publisher="Google News")
    found = resolve(
        feed, credit="AP News", url="https://news.google.com/x", title="Launch - AP News"
    )
    assert (found.name, found.family, found.title, found.rule) == ("AP", "AP", "Launch", "credit")


def test_credit_unknown_to_the_table_is_kept_as_printed() -> None:
    found = resolve(UNNAMED, credit="Hilltop Gazette", title="Launch - Hilltop Gazette")
    assert (found.name, found.family, found.title) == (
        "Hilltop Gazette",
        "Hilltop Gazette",
        "Launch",
    )


def test_outlet_at_the_end_of_the_title() -> None:
    found = resolve(UNNAMED, title="North Korea fires missile - Reuters")
    assert (found.name, found.title, found.source_class) == (
        "Reuters",
        "North Korea fires missile",
        SourceClass.WIRE,
    )


def test_attribution_glued_to_a_title_is_no_outlet() -> None:
    title = "Kim oversees launch -KCNA"
    assert resolve(LOCAL, title=title).title == title


def test_host_names_the_outlet_also_below_its_domain() -> None:
    assert resolve(UNNAMED, url="https://edition.cnn.com/2026/x").name == "CNN"


def test_unknown_host_is_its_own_voice() -> None:
    found = resolve(UNNAMED, url="https://www.valleycourier.example/x")
    assert (found.name, found.family) == ("valleycourier.example", "valleycourier.example")


def test_hosts_of_one_house_share_a_family() -> None:
    first = resolve(UNNAMED, url="https://www.nbcnews.com/x")
    second = resolve(UNNAMED, url="https://www.cnbc.com/x")
    assert first.name != second.name
    assert first.family == second.family


def test_lookalike_host_is_not_the_outlet() -> None:
    assert resolve(UNNAMED, url="https://reuters.com.evil.example/x").name != "Reuters"


def test_government_host_is_an_official_source_without_a_row() -> None:
    for url in ("https://www.some.mil/x", "https://mnd.go.kr/x", "https://x.gov.uk/y"):
        assert resolve(UNNAMED, url=url).source_class is SourceClass.OFFICIAL
    other = resolve(UNNAMED, url="https://governor.example/x")
    assert other.source_class is SourceClass.MEDIA


def test_only_an_official_publishers_own_feed_is_official() -> None:
    ministry = Origin(SourceKind.FEED, "4", "feed", publisher="Ministry of Defense (Japan)")
    assert resolve(ministry).official
    assert not resolve(UNNAMED, url="https://www.mod.go.jp/x").official


def test_state_media_are_marked() -> None:
    found = resolve(UNNAMED, url="http://www.kcna.kp/en")
    assert found.state_media
    assert not found.official
    assert found.country == "North Korea"


def test_dateline_credit_folds_into_the_agency() -> None:
    found = resolve(LOCAL, "SEOUL, South Korea (AP) — A missile was fired on Monday.")
    assert (found.name, found.family, found.copied_from) == ("Valley Courier", "AP", "AP")


def test_joint_dateline_credit_folds_into_the_agency() -> None:
    assert resolve(LOCAL, "서울 (서울=연합뉴스) 북한이 미사일을 발사했다.").family == "Yonhap"


def test_byline_folds_into_the_agency() -> None:
    assert resolve(LOCAL, "A missile.", author="Ann Lee, Associated Press").family == "AP"


def test_desk_credit_at_the_end_folds_into_the_agency() -> None:
    text = f"A missile.{' It flew on.' * 80} (Reporting by A. Lee; Editing by B. Cho)"
    assert resolve(LOCAL, text).family == "Reuters"


def test_agency_cited_in_the_lead_is_the_origin() -> None:
    assert (
        resolve(LOCAL, "Two missiles were fired, Reuters reported on Monday.").family == "Reuters"
    )


def test_agency_cited_late_is_one_source_among_others() -> None:
    text = f"The ministry told this paper of a launch.{' More.' * 80} Reuters reported a second."
    assert resolve(LOCAL, text).family == "Valley Courier"


def test_an_agency_that_cites_another_speaks_for_itself() -> None:
    found = resolve(UNNAMED, "A launch, Yonhap reported.", url="https://apnews.com/x")
    assert (found.family, found.copied_from) == ("AP", None)


def test_seed_without_publisher_has_the_outlet_that_was_told_the_news() -> None:
    found = resolve(SEED, "A U.S. official told NBC News on Wednesday that two were fired.")
    assert (found.name, found.family, found.rule) == ("NBC News", "NBC", "told")


def test_file_that_names_no_publisher_leaves_it_to_its_text() -> None:
    unnamed = Origin(SourceKind.SEED, "seeds", "seeds", publisher=OPERATOR)
    assert resolve(unnamed, "An official told NBC News of two missiles.").name == "NBC News"
    assert resolve(unnamed, "Two missiles were fired.").name == OPERATOR


def test_seed_that_names_two_outlets_or_none_is_the_operators() -> None:
    assert resolve(SEED, "He told CNN one thing and told NBC News another.").name == OPERATOR
    assert resolve(SEED, "Two missiles were fired, a spokesman told reporters.").name == OPERATOR


def test_every_family_and_host_of_the_table_is_plain() -> None:
    table = outlet_table()
    assert all(host == host.lower() and "/" not in host for host in table.by_host)
    assert all(outlet.family for outlet in table.by_name.values())
