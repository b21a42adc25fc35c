"""config.toml and the environment -> frozen settings, with every error named at once.

Order: defaults < config.toml < `LAUNCHWIRE_SECTION__KEY`. The Discord token comes only from
`DISCORD_TOKEN` or the file named by `DISCORD_TOKEN_FILE`, and is refused in the file.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import time as time_of_day
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from bot.domain.query import parse as parse_query
from bot.domain.schedule import parse_days
from bot.domain.zones import parse_zone
from bot.errors import InvalidInput, SettingsError
from bot.settings_errors import Problem, nearest, problems_of

ENVIRONMENT_PREFIX = "LAUNCHWIRE_"
# Read by tests and benchmarks, not settings of the bot.
OTHER_NAMES = frozenset({"LAUNCHWIRE_OPENAPI", "LAUNCHWIRE_EVAL_DATA"})
TOKEN_NAMES = frozenset({"DISCORD_TOKEN", "DISCORD_TOKEN_FILE"})


def _cidr(value: str) -> str:
    try:
        ip_network(value)
    except ValueError as error:
        raise ValueError('expected a CIDR block such as "127.0.0.0/8"') from error
    return value


def _clock_time(value: str) -> str:
    try:
        time_of_day.fromisoformat(value)
    except ValueError as error:
        raise ValueError('expected a local time such as "08:00"') from error
    return value


def _zone(value: str) -> str:
    try:
        return parse_zone(value)
    except InvalidInput as error:
        wanted = f'expected an IANA time zone such as "{error.params["nearest"]}"'
        raise ValueError(wanted) from error


def _query(value: str) -> str:
    try:
        parse_query(value)
    except InvalidInput as error:
        raise ValueError(_as_end(error)) from error
    return value


def _days(value: str) -> str:
    try:
        parse_days(value)
    except InvalidInput as error:
        wanted = "expected daily, weekdays, weekly, hourly, or weekday names such as Mon, Wed, Fri"
        raise ValueError(wanted) from error
    return value


def _as_end(error: InvalidInput) -> str:
    """A sentence of the domain as the end of one of ours."""
    return f"cannot be read: {error.text.rstrip('.')}"


def _instant(value: str) -> str:
    wanted = 'expected an instant with its offset, such as "2021-03-25T00:00:00+00:00"'
    if not value:
        return value
    try:
        aware = datetime.fromisoformat(value).tzinfo is not None
    except ValueError as error:
        raise ValueError(wanted) from error
    if not aware:
        raise ValueError(wanted)
    return value


def _address(value: str, schemes: tuple[str, ...], wanted: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(letter.isspace() for letter in value):
        raise ValueError(wanted)
    return value


def _web_address(value: str) -> str:
    wanted = "expected an address such as https://example.org/feed"
    return _address(value, ("http", "https"), wanted)


def _rest_base(value: str) -> str:
    wanted = "expected an address such as http://127.0.0.1:8081/api/v10"
    return _address(value, ("http", "https"), wanted) if value else value


def _gateway(value: str) -> str:
    wanted = "expected an address such as ws://127.0.0.1:8081/"
    return _address(value, ("ws", "wss"), wanted) if value else value


def _store_url(value: str) -> str:
    path = value.removeprefix("sqlite:///")
    if path in (value, "", ":memory:") or "?" in path:
        raise ValueError("expected sqlite:/// and a path, such as sqlite:///data/launchwire.db")
    return value


Snowflake = Annotated[int, Field(ge=0, lt=2**63)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class StoreSettings(_Section):
    """[store]: the database and its backups."""

    url: Annotated[str, AfterValidator(_store_url)] = "sqlite:///data/launchwire.db"
    backup_keep: int = Field(default=7, ge=1)
    keep_days: int = Field(default=400, ge=1)


class SeedsSettings(_Section):
    """[seeds]: the watched folder."""

    path: str = Field(default="seeds", min_length=1)


class FetchSettings(_Section):
    """[fetch]: politeness and the address guard; intervals in seconds."""

    min_interval: int = Field(default=60, ge=1)
    max_interval: int = Field(default=3600, ge=1)
    host_spacing: float = Field(default=2, ge=0)
    allow_networks: tuple[Annotated[str, AfterValidator(_cidr)], ...] = ()
    max_concurrent: int = Field(default=32, ge=1, le=500)
    user_agent: str = "Launchwire/0.1 (news monitor; Discord bot)"

    @model_validator(mode="after")
    def _ordered(self) -> FetchSettings:
        if self.max_interval < self.min_interval:
            raise ValueError("max_interval must not be smaller than min_interval")
        return self


class PolicySettings(_Section):
    """[policy]: what counts as news and when we admit to be blind."""

    max_age_hours: float = Field(default=48, gt=0)
    summary_sentences: int = Field(default=3, ge=1)
    late_digest_hours: float = Field(default=6, ge=0)
    stale_after_hours: float = Field(default=6, gt=0)
    blind_share: float = Field(default=0.5, ge=0, le=1)
    flood_entries: int = Field(default=20, ge=1)


class LimitsSettings(_Section):
    """[limits]: quotas of servers and people."""

    feeds_per_guild: int = Field(default=50, ge=0)
    subscriptions_per_guild: int = Field(default=100, ge=0)
    subscriptions_per_user: int = Field(default=25, ge=0)
    digests_per_guild: int = Field(default=20, ge=0)
    adds_per_hour: int = Field(default=10, ge=1)
    summaries_per_minute: int = Field(default=5, ge=1)


class OutboxSettings(_Section):
    """[outbox]: seconds, and posts a second."""

    nonce_window: float = Field(default=90, ge=0)
    request_timeout: float = Field(default=30, gt=0)
    pace: float = Field(default=45, gt=0, le=50)


class DiscordSettings(_Section):
    """[discord]: addresses of proxies, and where commands are synced."""

    api_base: Annotated[str, AfterValidator(_rest_base)] = ""
    gateway_url: Annotated[str, AfterValidator(_gateway)] = ""
    guild_ids: tuple[Snowflake, ...] = ()
    owner_channel: Snowflake = 0


class HttpSettings(_Section):
    """[http]: the loopback server."""

    host: str = Field(default="127.0.0.1", min_length=1)  # empty would mean every address
    port: int = Field(default=8080, ge=0, le=65535)


class ClockSettings(_Section):
    """[clock]: an accelerated clock for replays and soak runs."""

    epoch: Annotated[str, AfterValidator(_instant)] = ""
    speed: float = Field(default=1, gt=0)


class LogSettings(_Section):
    """[log]: level and format."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"


class FeedSettings(_Section):
    """One [[feeds]] table."""

    url: Annotated[str, AfterValidator(_web_address)]
    name: str = ""
    full_text: bool = False
    backfill: bool = False
    publisher: str = ""
    family: str = ""
    official: bool = False
    state_media: bool = False
    country: str = ""


class AlertSettings(_Section):
    """One [[alerts]] table: a channel and a topic or a query."""

    channel: Annotated[int, Field(gt=0, lt=2**63)]
    topic: Literal["launches", "missiles"] | None = None
    query: Annotated[str, AfterValidator(_query)] | None = None
    role: Snowflake = 0

    @model_validator(mode="after")
    def _one_selector(self) -> AlertSettings:
        if (self.topic is None) == (self.query is None):
            raise ValueError('give either topic = "launches" or query = "..."')
        return self


class DigestSettings(_Section):
    """One [[digests]] table: a channel and a local time."""

    channel: Annotated[int, Field(gt=0, lt=2**63)]
    time: Annotated[str, AfterValidator(_clock_time)] = "08:00"
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    days: Annotated[str, AfterValidator(_days)] = "daily"


class Settings(_Section):
    """All settings. `base` is the folder relative paths are relative to."""

    store: StoreSettings = StoreSettings()
    seeds: SeedsSettings = SeedsSettings()
    fetch: FetchSettings = FetchSettings()
    policy: PolicySettings = PolicySettings()
    limits: LimitsSettings = LimitsSettings()
    outbox: OutboxSettings = OutboxSettings()
    discord: DiscordSettings = DiscordSettings()
    http: HttpSettings = HttpSettings()
    clock: ClockSettings = ClockSettings()
    log: LogSettings = LogSettings()
    feeds: tuple[FeedSettings, ...] = ()
    alerts: tuple[AlertSettings, ...] = ()
    digests: tuple[DigestSettings, ...] = ()

    def seeds_path(self, base: Path) -> Path:
        """The watched folder as an absolute path."""
        return (base / self.seeds.path).resolve()


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings together with where they came from and the token, which is never printed."""

    settings: Settings
    base: Path
    file: Path | None
    token: SecretStr | None


def load(path: Path | None, environment: Mapping[str, str]) -> Loaded:
    """Read a config file (None: `config.toml` here, if there is one) and the environment.

    Raises:
        SettingsError: one or more keys are wrong; `problems` names each.
    """
    file = path if path is not None else Path("config.toml")
    if path is None and not file.exists():
        file_found, data = None, dict[str, Any]()
    else:
        file_found, data = file, _read_toml(file)
    problems = _token_in_file(data, file)
    problems += _apply_environment(data, environment)
    settings = None
    try:
        # JSON mode: strict about types ("60" is no number), yet arrays become tuples.
        settings = Settings.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        problems += problems_of(error, str(file), Settings, _environment_keys(environment))
    token, token_problem = _token(environment)
    if token_problem:
        problems.append(token_problem)
    if problems or settings is None:
        sentences = tuple(problem.sentence() for problem in problems)
        raise SettingsError("\n".join(sentences), problems=sentences)
    base = (file_found or file).resolve().parent
    return Loaded(settings, base, file_found, token)


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        problem = Problem(str(file), "", "", f"cannot be read ({reason}); check --config")
    except UnicodeDecodeError:
        problem = Problem(str(file), "", "", "is not UTF-8 text; save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        problem = Problem(str(file), "", "", f"is not valid TOML: {error}")
    raise SettingsError(problem.sentence(), problems=(problem.sentence(),))


def _token_in_file(data: dict[str, Any], file: Path) -> list[Problem]:
    """A token in the file is refused and never repeated in the message."""
    problems: list[Problem] = []
    for section, table in [("", data), *data.items()]:
        if not isinstance(table, dict):
            continue
        for key in [key for key in table if "token" in key.lower()]:
            name = f"{section}.{key}" if section else key
            del table[key]
            wanted = "keep the token out of this file; set DISCORD_TOKEN or DISCORD_TOKEN_FILE"
            problems.append(Problem(str(file), name, "(not shown)", wanted))
    return problems


def _apply_environment(data: dict[str, Any], environment: Mapping[str, str]) -> list[Problem]:
    """Lay `LAUNCHWIRE_SECTION__KEY` over the file; unknown names are problems."""
    problems: list[Problem] = []
    known = known_environment_names()
    for name, raw in sorted(environment.items()):
        ours = name.upper().startswith(ENVIRONMENT_PREFIX) or name.upper() in TOKEN_NAMES
        if not ours or name in OTHER_NAMES | TOKEN_NAMES:
            continue
        target = known.get(name)
        if target is None:
            # Names are in capitals; `launchwire_http__port` would otherwise be ignored in silence.
            wanted = "no setting has this name" + nearest(name.upper(), {*known, *TOKEN_NAMES})
            if "TOKEN" in name.upper() and name.upper() not in TOKEN_NAMES:
                wanted = "the token comes from DISCORD_TOKEN or DISCORD_TOKEN_FILE only"
            problems.append(Problem("environment", name, "(not shown)", wanted))
            continue
        section, key = target
        if not key:
            data[section] = _json_or_text(raw)
        elif isinstance(data.setdefault(section, {}), dict):
            data[section][key] = _environment_value(section, key, raw)
    return problems


def _environment_value(section: str, key: str, raw: str) -> Any:
    """Text stays text; numbers, true/false and lists are read as JSON."""
    default = Settings().model_dump()[section][key]
    return raw if isinstance(default, str) else _json_or_text(raw)


def _json_or_text(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def known_environment_names() -> dict[str, tuple[str, str]]:
    """Every environment name and the (section, key) it sets; list tables have no key."""
    names: dict[str, tuple[str, str]] = {}
    for section, value in Settings().model_dump().items():
        if isinstance(value, dict):
            for key in value:
                names[f"{ENVIRONMENT_PREFIX}{section}__{key}".upper()] = (section, key)
        else:
            names[f"{ENVIRONMENT_PREFIX}{section}".upper()] = (section, "")
    return names


def _environment_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Dotted keys that the environment set, with the name that set them."""
    return {
        f"{section}.{key}" if key else section: name
        for name, (section, key) in known_environment_names().items()
        if name in environment
    }


def _token(environment: Mapping[str, str]) -> tuple[SecretStr | None, Problem | None]:
    value = environment.get("DISCORD_TOKEN", "").strip()
    file = environment.get("DISCORD_TOKEN_FILE", "").strip()
    if not value and file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not text"
            wanted = f"a readable file that holds the token ({reason})"
            return None, Problem("environment", "DISCORD_TOKEN_FILE", file, wanted)
        if not value:
            wanted = "a file that holds the token; it is empty"
            return None, Problem("environment", "DISCORD_TOKEN_FILE", file, wanted)
    return (SecretStr(value) if value else None), None
