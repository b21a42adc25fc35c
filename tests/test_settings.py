"""Every wrong key is named with file, key, value, expectation and the nearest known key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, known_environment_names, load

SHIPPED = Path(__file__).parent.parent / "config.toml"


def problems(tmp_path: Path, toml: str, environment: dict[str, str] | None = None) -> str:
    file = tmp_path / "config.toml"
    file.write_text(toml, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load(file, environment or {})
    return str(refused.value)


def test_the_shipped_file_holds_every_scalar_key_with_its_default() -> None:
    data = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    defaults = Settings().model_dump(mode="json")
    scalars = {name: section for name, section in defaults.items() if isinstance(section, dict)}
    assert data == scalars


def test_every_key_of_the_shipped_file_is_commented() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    for section in (s for s in Settings().model_dump().values() if isinstance(s, dict)):
        for key in section:
            assert f"\n{key} = " in text


def test_no_active_feed_ships() -> None:
    assert load(SHIPPED, {}).settings.feeds == ()


def test_a_folder_without_config_runs_on_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = load(None, {})
    assert loaded.settings == Settings()
    assert loaded.file is None


def test_a_missing_named_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        load(tmp_path / "nowhere.toml", {})


def test_an_unknown_key_names_the_nearest_known_one(tmp_path: Path) -> None:
    text = problems(tmp_path, "[fetch]\nmin_intervall = 5\n")
    assert "fetch.min_intervall = 5" in text
    assert "did you mean min_interval?" in text


def test_an_unknown_section_names_the_nearest_known_one(tmp_path: Path) -> None:
    assert "did you mean fetch?" in problems(tmp_path, "[fetsh]\nmin_interval = 5\n")


def test_an_unknown_key_in_a_list_says_which_entry(tmp_path: Path) -> None:
    text = problems(tmp_path, '[[feeds]]\nurl = "https://a.example/f"\nfultext = true\n')
    assert "feeds[1].fultext" in text
    assert "did you mean full_text?" in text


def test_a_wrong_type_says_what_was_expected(tmp_path: Path) -> None:
    text = problems(tmp_path, '[http]\nport = "eighty"\n')
    assert 'http.port = "eighty": expected a whole number' in text


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    text = problems(
        tmp_path, '[http]\nport = "x"\n[fetch]\nhost_spacing = "y"\n[seeds]\npath = 1\n'
    )
    assert all(key in text for key in ("http.port", "fetch.host_spacing", "seeds.path"))


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in problems(tmp_path, "[http]\nport =\n")


def test_a_token_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    text = problems(tmp_path, '[discord]\ntoken = "very-secret-value"\n')
    assert "discord.token" in text
    assert "DISCORD_TOKEN" in text
    assert "very-secret-value" not in text


@pytest.mark.parametrize("name", ["TOKEN", "token", "bot_token"])
def test_a_token_at_the_top_of_the_file_is_refused(tmp_path: Path, name: str) -> None:
    assert "very-secret" not in problems(tmp_path, f'{name} = "very-secret"\n')


@pytest.mark.parametrize(
    "toml",
    [
        '[store]\nurl = "postgresql://bot:hunter2hunter2@db/x"\n',
        '[[feeds]]\nurl = "https://me:hunter2hunter2@a b/feed"\n',
    ],
)
def test_a_password_in_an_address_is_not_repeated(tmp_path: Path, toml: str) -> None:
    text = problems(tmp_path, toml)
    assert "url = " in text
    assert "hunter2" not in text


def test_a_token_under_a_settings_name_is_told_where_it_belongs(tmp_path: Path) -> None:
    text = problems(tmp_path, "", {"LAUNCHWIRE_DISCORD__TOKEN": "hunter2"})
    assert "DISCORD_TOKEN_FILE" in text
    assert "hunter2" not in text


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[http]\nport = 1\n", encoding="utf-8")
    loaded = load(file, {"LAUNCHWIRE_HTTP__PORT": "9", "LAUNCHWIRE_SEEDS__PATH": "77"})
    assert loaded.settings.http.port == 9
    assert loaded.settings.seeds.path == "77"


def test_lists_in_the_environment_are_json(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("", encoding="utf-8")
    environment = {
        "LAUNCHWIRE_FETCH__ALLOW_NETWORKS": '["127.0.0.0/8"]',
        "LAUNCHWIRE_ALERTS": '[{"channel": 5, "topic": "launches"}]',
    }
    settings = load(file, environment).settings
    assert settings.fetch.allow_networks == ("127.0.0.0/8",)
    assert settings.alerts[0].channel == 5


def test_an_unknown_environment_name_is_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    text = problems(tmp_path, "", {"LAUNCHWIRE_FETCH__MIN_INTERVALL": "5"})
    assert "LAUNCHWIRE_FETCH__MIN_INTERVALL" in text
    assert "did you mean LAUNCHWIRE_FETCH__MIN_INTERVAL?" in text


def test_a_bad_value_from_the_environment_names_the_variable(tmp_path: Path) -> None:
    text = problems(tmp_path, "", {"LAUNCHWIRE_HTTP__PORT": "many"})
    assert "environment: LAUNCHWIRE_HTTP__PORT" in text


def test_names_read_by_tests_are_no_settings(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("", encoding="utf-8")
    load(file, {"LAUNCHWIRE_OPENAPI": "x", "LAUNCHWIRE_EVAL_DATA": "y"})


def test_every_scalar_has_an_environment_name() -> None:
    assert known_environment_names()["LAUNCHWIRE_STORE__URL"] == ("store", "url")


def test_the_token_comes_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("abc.def\n", encoding="utf-8")
    config = tmp_path / "config.toml"
    config.write_text("", encoding="utf-8")
    loaded = load(config, {"DISCORD_TOKEN_FILE": str(secret)})
    assert loaded.token is not None
    assert loaded.token.get_secret_value() == "abc.def"
    assert "abc.def" not in repr(loaded)


def test_a_token_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    text = problems(tmp_path, "", {"DISCORD_TOKEN_FILE": str(tmp_path / "none")})
    assert "DISCORD_TOKEN_FILE" in text


def test_an_alert_needs_a_topic_or_a_query(tmp_path: Path) -> None:
    assert "give either topic" in problems(tmp_path, "[[alerts]]\nchannel = 1\n")


def test_intervals_must_be_ordered(tmp_path: Path) -> None:
    text = problems(tmp_path, "[fetch]\nmin_interval = 100\nmax_interval = 10\n")
    assert "max_interval must not be smaller" in text


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('[fetch]\nallow_networks = ["10.0.0.0/99"]\n', "CIDR"),
        ('[[digests]]\nchannel = 1\ntime = "25:00"\n', '"08:00"'),
        ('[[digests]]\nchannel = 1\ntimezone = "Asia/Seol"\n', '"Asia/Seoul"'),
        ('[[feeds]]\nurl = "ftp://a"\n', "http"),
        ('[[feeds]]\nurl = "https://"\n', "http"),
        ('[[feeds]]\nurl = "https://a b/"\n', "http"),
        ('[store]\nurl = "mysql://x"\n', "sqlite:///"),
        ('[store]\nurl = "sqlite:///:memory:"\n', "sqlite:///data"),
        ('[store]\nurl = "sqlite:///a.db?mode=ro"\n', "sqlite:///data"),
        ('[http]\nhost = ""\n', "expected some text"),
        ("[http]\nport = true\n", "= true:"),
        ('[discord]\napi_base = "nonsense"\n', "http://"),
        ('[discord]\ngateway_url = "http://x"\n', "ws://"),
        ('[clock]\nepoch = "yesterday"\n', "instant"),
        ('[log]\nlevel = "LOUD"\n', "DEBUG"),
        ('[[digests]]\nchannel = 1\ntimezone = "CST"\n', "America/Chicago, Asia/Shanghai"),
        ('[[digests]]\nchannel = 1\ndays = "sometimes"\n', "digests[1].days"),
        ("[[alerts]]\nchannel = 1\nquery = '(a OR'\n", "alerts[1].query"),
        ("[http]\nport = 99999\n", "expected at most 65535"),
        ("[fetch]\nhost_spacing = -1\n", "expected at least 0"),
        ("[store]\nkeep_days = 0\n", "expected at least 1"),
        ("[seeds]\npath = ''\n", "expected some text"),
    ],
)
def test_values_say_what_they_should_look_like(tmp_path: Path, toml: str, expected: str) -> None:
    assert expected in problems(tmp_path, toml)


def test_every_mistake_is_named_at_once_with_its_file(tmp_path: Path) -> None:
    text = problems(
        tmp_path,
        "[[alerts]]\nchannel = 1\nquery = '(a OR'\n[[digests]]\nchannel = 1\ndays = 'never'\n"
        "[http]\nport = 'x'\n",
    )
    assert len(text.splitlines()) == 3
    assert all("config.toml: " in line for line in text.splitlines())


def test_zones_of_the_file_are_understood_as_people_write_them(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[[digests]]\nchannel = 1\ntimezone = "KST"\n', encoding="utf-8")
    assert load(file, {}).settings.digests[0].timezone == "Asia/Seoul"
