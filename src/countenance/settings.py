"""One Settings object from TOML and `COUNTENANCE_*` variables; every default is written here.

Order, later wins: the defaults below, `countenance.toml` (in the data folder, or the file named by
`COUNTENANCE_CONFIG`), the environment (`COUNTENANCE_<FIELD>` in upper case), explicit arguments.
"""

import os
import tomllib
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, get_origin

import msgspec

PREFIX = "COUNTENANCE_"
# Variables of the project that are not fields of Settings.
NOT_SETTINGS = {"CONFIG", "MASTER_KEY", "MODELS", "TEST_DATA", "CI"}


MINUTE, HOUR, DAY = 60, 3600, 86400
Count = Annotated[int, msgspec.Meta(ge=0)]
Span = Annotated[int, msgspec.Meta(ge=0, le=3660 * DAY)] | None
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]


class SettingsError(ValueError):
    """A setting that does not exist, or whose value does not fit; the message names it."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a RuleId changes of the server's own policy."""

    pass_score: Annotated[float, msgspec.Meta(ge=0, le=100)] = 70.0
    retries: Annotated[int, msgspec.Meta(ge=1, le=99)] | None = None  # null: as the token says


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator may change, with its default.

    Sizes are bytes, times are seconds, rates are requests per second.
    """

    # where
    data_dir: Path = Path("data")
    database_url: str = ""  # empty: SQLite in the data folder
    host: str = "127.0.0.1"
    port: Port = 8480
    public_hosts: list[str] = []  # names a reverse proxy serves us under; tried in signatures
    region: str = "ap-singapore"  # used when a request names none
    try_page: bool = True  # the page at `/`, only ever served to this machine

    # how requests are judged
    tc3_body_limit: Count = 12 * 1024 * 1024
    v1_body_limit: Count = 1024 * 1024
    query_limit: Count = 32 * 1024
    clock_window: Count = 300
    allow_unsigned_payload: bool = True
    lenient_parameters: bool = False
    strict_regions: bool = False
    strict_hosts: bool = False  # refuse a Host that names another product
    offline_actions: list[str] = []  # names of actions that are switched off
    trusted_proxies: list[str] = []  # networks whose X-Forwarded-For is believed
    repeat_window: Count = 10  # within which an equal request of an account is metered once
    keys_per_account: Count = 2  # key pairs; temporary credentials do not count
    rate_per_action: Count = 20  # where the contract states none; 0 of a rate: no limit
    rate_per_account: Count = 200
    rate_per_address: Count = 200
    rate_loopback_exempt: bool = False  # this machine itself counts as no address
    response_limit: Count = 32 * 1024 * 1024

    # how faces are seen
    engine: Literal["openvino", "onnxruntime"] = "openvino"
    embedding: str = "sface"  # or the path of a model folder
    workers: Count = 0  # perception threads; 0: one per core
    queue: Count = 64  # accepted requests that wait for a worker; more are told to come back

    # what may be fetched when a caller gives a URL in place of a picture or a video
    fetch: bool = True
    fetch_hosts: list[str] = []  # hosts, or `*.` and a name; empty: any
    fetch_networks: list[str] = []  # networks that are not public and may be fetched from
    fetch_ports: list[Port] = msgspec.field(default_factory=lambda: [80, 443])

    # people who verify: where their page is, and how long what is theirs is kept (seconds)
    public_url: str = ""  # of this server, as browsers reach it; empty: where it listens
    frame_ancestors: list[str] = []  # origins that may show the page in a frame
    rules: dict[str, Rule] = {}  # policies by RuleId
    objects_url: str = ""  # empty: a folder in the data folder; `s3://bucket/prefix`
    objects_endpoint: str = ""  # of an S3 server that is not AWS
    objects_region: str = ""  # of the bucket; credentials are AWS_* variables
    master_key_command: str = ""  # prints the master key, say by asking a KMS for it
    zero_retention: bool = False  # nothing on disk, and after a verdict nothing but it
    web_token_life: Count = 2 * HOUR  # in which a link must be opened
    web_result_life: Count = 3 * DAY  # from the end of the verification
    sdk_token_life: Count = 2 * HOUR
    sdk_result_life: Count = 3 * DAY
    faceid_token_life: Count = 2 * HOUR
    faceid_result_life: Count = 2 * HOUR  # from the token's issue
    liveness_token_life: Count = 10 * MINUTE
    liveness_result_life: Count = 2 * HOUR  # from the token's issue
    file_url_life: Count = 10 * MINUTE  # of a file's URL in an answer
    upload_life: Count = 2 * HOUR  # of an upload's URL and of what was uploaded
    keep_video: Span = None  # null: as long as the result can be asked for
    keep_frame: Span = None
    keep_card: Span = None
    keep_text: Span = None
    keep_package: Span = None
    keep_records: Count = 30 * DAY  # verdicts and evidence, which show and name nobody
    sweep_every: Annotated[int, msgspec.Meta(ge=1)] = 60

    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def __post_init__(self) -> None:
        """Refuse networks that are none; raises `SettingsError`."""
        _ = self.proxies, self.fetchable

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of `trusted_proxies`."""
        return tuple(_network("trusted_proxies", text) for text in self.trusted_proxies)

    @property
    def fetchable(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of `fetch_networks`."""
        return tuple(_network("fetch_networks", text) for text in self.fetch_networks)

    @property
    def database(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'countenance.db'}"

    @property
    def master_key_file(self) -> Path:
        """The file that holds the master key; `COUNTENANCE_MASTER_KEY` takes its place."""
        return self.data_dir / "master.key"

    @property
    def objects_folder(self) -> Path:
        """Where artefacts are stored unless `objects_url` says otherwise."""
        return self.data_dir / "objects"

    @property
    def worker_count(self) -> int:
        """Perception threads, at least one."""
        return self.workers or os.cpu_count() or 1


def load(
    data_dir: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    **overrides: object,
) -> Settings:
    """Read the settings of one data folder; raises `SettingsError` naming what does not fit."""
    env = os.environ if environ is None else environ
    values: dict[str, object] = {}
    folder = data_dir or Path(env.get(PREFIX + "DATA_DIR", "data"))
    file = Path(env.get(PREFIX + "CONFIG", folder / "countenance.toml"))
    if file.is_file():
        values.update(_read(file))
    values.update(_from_environment(env))
    values.update({name: value for name, value in overrides.items() if value is not None})
    values["data_dir"] = folder.expanduser().absolute()
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings: {error}") from None


def _network(setting: str, text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise SettingsError(f"{setting}: {error}") from None


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from None


def _from_environment(env: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    lists = {f.name for f in msgspec.structs.fields(Settings) if get_origin(f.type) is list}
    known = set(Settings.__struct_fields__)
    for variable, text in env.items():
        if not variable.startswith(PREFIX) or variable[len(PREFIX) :] in NOT_SETTINGS:
            continue
        name = variable[len(PREFIX) :].lower()
        if name not in known:
            raise SettingsError(f"settings: {variable} names no setting of ours")
        values[name] = [part for part in text.split(",") if part] if name in lists else text
    return values
