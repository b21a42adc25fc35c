"""Plain keywords and grouping names."""

from __future__ import annotations

from bot.analysis.keywords import entities, keywords


def test_keywords_are_as_printed_in_order_and_without_repeats() -> None:
    found = keywords("ICBM launched", ["Two Ballistic Missiles flew.", "The ICBM landed."], "en")
    assert found == ("ICBM", "Ballistic Missiles")


def test_an_article_without_weapons_has_no_keywords() -> None:
    assert keywords("Heatwave in Spain", ["Temperatures soared."], "en") == ()


def test_entities_are_canonical_and_hold_actors_places_and_names_of_weapons() -> None:
    found = entities("Pyongyang fires Hwasong 17", ["It fell into the East Sea, Tokyo said."], "en")
    assert {"North Korea", "Hwasong-17", "Sea of Japan (East Sea)", "Japan"} <= set(found)
