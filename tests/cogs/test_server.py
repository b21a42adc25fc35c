"""Settings, status, help, about, summaries and context menus."""

from __future__ import annotations

from tests.cogs.house import House
from tests.fake_discord.options import Upload

ARTICLE = (
    "<html><head><title>Iran fires missiles</title></head><body><article><h1>Iran fires missiles"
    "</h1><p>Iran fired three ballistic missiles toward the Gulf of Oman this morning, the army "
    "said in a statement this morning.</p><p>The launch of the missiles was detected shortly after "
    "dawn by radar stations along the coast.</p><p>No damage was reported by the authorities in "
    "the region, and shipping continued as usual.</p><p>Neighbouring states asked for restraint "
    "and called a meeting for Thursday.</p></article></body></html>"
)


async def test_settings_are_shown_and_changed(house: House) -> None:
    shown = await house.slash("settings show")
    assert "Time zone: UTC" in shown.text
    changed = await house.slash("settings timezone", timezone="Asia/Tokyo")
    assert "Time zone: Asia/Tokyo" in changed.text
    await house.alerting()
    changed = await house.slash("settings language", language="ko")
    assert "한국어" in changed.text
    (alert,) = await house.app.store.read(lambda tx: tx.subscriptions.all())
    assert alert.locale == "ko"
    changed = await house.slash("settings alert-style", style="thread")
    assert "A thread for each story" in changed.text
    assert "Maps in alerts: on" in changed.text
    changed = await house.slash("settings alert-style", maps=False)
    assert "A thread for each story" in changed.text
    assert "Maps in alerts: off" in changed.text


async def test_manager_role_opens_the_commands_and_closes_them_again(house: House) -> None:
    role = house.discord.add_role(house.guild, "Editors")
    editor = house.discord.add_user("edi")
    house.discord.add_member(house.guild, editor, roles=[role])
    refused = await house.slash("alert list", editor)
    assert "for people with Manage Server" in refused.text
    await house.slash("settings managers", role=role)
    allowed = await house.slash("alert list", editor)
    assert "No alerts yet" in allowed.text
    await house.slash("settings managers")
    audit = await house.slash("audit")
    assert ">: no role · by" in audit.text
    refused = await house.slash("alert list", editor)
    assert "for people with Manage Server" in refused.text


async def test_status_says_the_verdict_first(house: House) -> None:
    empty = await house.slash("status", house.guest)
    assert empty.text.startswith("## Nothing is watched yet")
    house.origin.feed("/wire.xml", title="The wire")
    found = await house.slash("feed add", url=house.origin.url("/wire.xml"))
    await house.press(found.reply, "Add")
    await house.app.polling.tick()
    await house.app.polling.drain()
    shown = await house.slash("status", house.guest)
    assert shown.text.startswith("## All good")
    assert "stuck without a permission" not in shown.text
    assert "Version" not in shown.text
    for_managers = await house.slash("status")
    assert "Version" in for_managers.text


async def test_help_offers_tasks_as_commands_one_can_tap(house: House) -> None:
    shown = await house.slash("help", house.guest)
    ids = {command["name"]: command["id"] for command in house.discord.global_commands}
    assert f"</feed add:{ids['feed']}>" in shown.text
    await house.discord.select(house.guest, shown.reply, ["queries"], "help:topic")
    assert "Writing a query" in shown.reply.text
    about_alerts = await house.slash("help", house.guest, topic="alert")
    assert f"</alert quiet-hours:{ids['alert']}>" in about_alerts.text
    assert "/digest" in " ".join(await house.complete("help", "topic", "dig"))


async def test_about_says_version_and_what_is_stored(house: House) -> None:
    shown = await house.slash("about", house.guest)
    assert "MIT" in shown.text
    assert "What is stored" in shown.text


async def test_page_is_summarized_in_its_own_sentences(house: House) -> None:
    house.origin.document("/story", ARTICLE)
    shown = await house.slash("summarize", house.guest, url=house.origin.url("/story"), sentences=2)
    assert shown.ephemeral
    assert shown.deferred
    assert "Iran fired three ballistic missiles" in shown.text
    assert "Judged: a launch" in shown.text
    assert "**Weapon:** 3 ballistic missiles" in shown.text
    assert "**Target:** Gulf of Oman" in shown.text
    await house.press(shown.reply, "Longer", user=house.guest)
    assert "3 sentences" in shown.reply.text
    await house.press(shown.reply, "Shorter", user=house.guest)
    assert "2 sentences" in shown.reply.text
    shared = await house.press(shown.reply, "Share to channel", user=house.guest)
    assert "Shared" in shown.reply.text
    assert any("Iran fired three" in message.text for message in house.channel.messages)
    assert shared.interaction.refusals == []


async def test_file_and_stored_article_are_summarized(house: House) -> None:
    file = Upload("news.txt", b"Iran fires missiles\n\nIran fired three missiles this morning.")
    shown = await house.slash("summarize", house.guest, file=file)
    assert "Iran fired three missiles" in shown.text
    await house.launch()
    names = await house.discord.autocomplete(
        house.guild, house.channel, house.guest, "summarize", "article", "korea"
    )
    shown = await house.slash("summarize", house.guest, article=names[0]["value"])
    assert "North Korea fired" in shown.text


async def test_wrong_kinds_of_files_and_two_sources_are_refused(house: House) -> None:
    refused = await house.slash("summarize", file=Upload("a.pdf", b"%PDF"))
    assert "a.pdf cannot be read" in refused.text
    refused = await house.slash("summarize")
    assert "exactly one of" in refused.text


async def test_closed_address_is_refused_in_a_sentence(house: House) -> None:
    refused = await house.slash("summarize", url="http://10.0.0.1/secret")
    assert refused.ephemeral
    assert "10.0.0.1" in refused.text


async def test_fast_hands_are_slowed_down(house: House) -> None:
    house.app.desk.summaries.per_minute = 1
    file = Upload("news.txt", b"Iran fires missiles\n\nIran fired three missiles this morning.")
    await house.slash("summarize", house.guest, file=file)
    refused = await house.slash("summarize", house.guest, file=file)
    assert "The limit of summaries (1 in 1 minute) is reached" in refused.text


async def test_context_menus_read_a_message(house: House) -> None:
    message = house.discord.post_as(
        house.guest,
        house.channel,
        "North Korea fired two ballistic missiles toward the Sea of Japan this morning, "
        "a defence ministry spokesman said.",
    )
    summary = await house.discord.context_menu(
        house.guild, house.channel, house.guest, "Summarize article", message
    )
    assert summary.ephemeral
    assert "North Korea fired two ballistic missiles" in summary.text
    checked = await house.discord.context_menu(
        house.guild, house.channel, house.guest, "Check for launch", message
    )
    assert "Judged: a launch" in checked.text


async def test_context_menu_follows_the_link_of_a_message(house: House) -> None:
    house.origin.document("/story", ARTICLE)
    text = f"look at this <{house.origin.url('/story')}>"
    message = house.discord.post_as(house.guest, house.channel, text)
    checked = await house.discord.context_menu(
        house.guild, house.channel, house.guest, "Check for launch", message
    )
    assert "Iran" in checked.text


async def test_audit_has_pages(house: House) -> None:
    for number in range(12):
        await house.slash("settings timezone", timezone="UTC" if number % 2 else "Asia/Seoul")
    shown = await house.slash("audit")
    assert "Page 1 of 2" in shown.text
    await house.press(shown.reply, "Next")
    assert "Page 2 of 2" in shown.reply.text


async def test_unknown_failure_gets_a_reference(house: House) -> None:
    async def broken(_asker: object) -> None:
        raise RuntimeError("nobody foresaw this")

    house.app.desk.explain = type("Broken", (), {"audit": staticmethod(broken)})()
    failed = await house.slash("audit")
    assert "tell the operator this id" in failed.text
    assert "nobody foresaw" not in failed.text
