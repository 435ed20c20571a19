"""The composition root: builds every part once, and answers API requests; `asgi` serves it.

The request chain is the list in `Server._chain`; read it from top to bottom and you have read what
happens to an API request.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial

from starlette.types import Receive, Scope, Send

from countenance import parts
from countenance.accounts.accounts import Accounts
from countenance.accounts.allowances import Allowances
from countenance.accounts.authenticator import Authenticator
from countenance.accounts.keys import Keys
from countenance.accounts.permissions import allow
from countenance.accounts.usage import Usage
from countenance.actions import Context, handlers
from countenance.actions.perform import Performer
from countenance.compute.local import LocalCompute
from countenance.contract import catalogue, states
from countenance.contract.catalogue import Action
from countenance.contract.errors import ApiError, failure, unexpected
from countenance.contract.messages import text
from countenance.files.fetch import OwnFirst
from countenance.files.uploads import Uploads
from countenance.files.urls import FileUrls
from countenance.jobs import Jobs
from countenance.observe import Metrics, describe, log
from countenance.perception.warm import warm
from countenance.settings import Settings, SettingsError
from countenance.store.database import Database
from countenance.store.objects import Objects
from countenance.store.replays import Replays
from countenance.store.secrets import MasterKey
from countenance.verification.judge import Judge
from countenance.verification.lives import Lives
from countenance.verification.policy import Policies, Policy
from countenance.verification.sessions import Sessions
from countenance.wire import (
    admission,
    guard,
    journal,
    proof,
    repeat,
    request,
    response,
    steps,
)
from countenance.wire.call import Call


class Server:
    """Every part of one server; `start` and `close` bracket its life in one event loop.

    `now` is UNIX seconds, by which sessions and what they keep begin and end.
    """

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.now = now
        self.master = MasterKey.load_or_create(
            settings.master_key_file, command=settings.master_key_command
        )
        self.database = Database(settings.database)
        self.keys = Keys(self.database, self.master, limit=settings.keys_per_account)
        self.accounts = Accounts(self.database)
        self.allowances = Allowances(self.database)
        self.usage = Usage(self.database, window=settings.repeat_window, allowances=self.allowances)
        self.authenticator = Authenticator(self.database, self.master)
        self.metrics = Metrics()
        self.objects = Objects(self.database, self.master, parts.open_store(settings), now)
        self.jobs = Jobs(self.database, now)
        self.policy = Policy(embedding=settings.embedding)
        self.compute = LocalCompute(
            settings.worker_count,
            settings.queue,
            partial(warm, settings.embedding, settings.engine),
        )
        base = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
        self.urls = FileUrls(base, self.master.derive("files"), now)
        self.uploads = Uploads(self.objects)
        self.files = parts.make_files(settings, self.urls, self.objects, now)
        self.fetcher = parts.make_fetcher(settings)
        self.fetch = OwnFirst(self.urls, self.uploads, self.fetcher, once=settings.zero_retention)
        lives = Lives.from_settings(settings)
        self.policies = Policies(self.policy, settings.rules)
        self.sessions = Sessions(self.database, self.master, self.objects, self.jobs, lives, now)
        self.judge = Judge(
            *(self.sessions, self.objects, self.compute, self.policies, self.usage, self.jobs),
            metrics=self.metrics,
            at_once=settings.worker_count,
            keep=not settings.zero_retention,
            now=now,
        )
        self.retention = parts.make_retention(
            settings, self.database, self.objects, self.sessions, now
        )
        self.jobs.handle("sweep", self._sweep, every=settings.sweep_every)
        self.handlers = handlers()
        context = Context(
            *(self.compute, self.policy, self.fetch, self.files, self.objects, self.sessions),
            policies=self.policies,
            public_url=base,
            now=now,
        )
        self.performer = Performer(self.handlers, context, self.usage)
        self.metrics.waiting.set_function(lambda: self.compute.waiting)
        self.sizes = request.Sizes(
            query=settings.query_limit,
            tc3_body=settings.tc3_body_limit,
            v1_body=settings.v1_body_limit,
        )
        self.draining = False
        self._proxies = settings.proxies
        self.chain = self._chain()
        self._warming: asyncio.Task[None] | None = None

    def _chain(self) -> tuple[steps.Step, ...]:
        settings, clock, window = self.settings, time.time, self.settings.clock_window
        rates = guard.Rates(
            guard.RateOptions(
                action=settings.rate_per_action or None,
                account=settings.rate_per_account or None,
                address=settings.rate_per_address or None,
                loopback_exempt=settings.rate_loopback_exempt,
            )
        )
        hosts, strict = tuple(settings.public_hosts), settings.strict_hosts
        options = proof.SignatureOptions(hosts, settings.allow_unsigned_payload)
        versions = {action.service: action.version for action in catalogue.actions()}
        services = {version: service for service, version in versions.items()}
        return (
            steps.limit_address(rates),
            self._check_open,
            steps.check_method,
            steps.receive(self.sizes),
            steps.read_common,
            steps.read_authorization,
            admission.authenticate(self.authenticator, options, clock, window),
            admission.check_replay(Replays(self.database, 2 * window), clock),
            self._touch_key,
            admission.check_address,
            admission.check_mfa,
            admission.check_permission(allow, services),
            steps.check_host(versions, hosts, strict=strict),
            steps.route(catalogue.find, self._offline()),
            steps.check_region(catalogue.REGIONS, settings.region, strict=settings.strict_regions),
            steps.limit_rate(rates),
            self._check_account,
            steps.parse_body,
            steps.take_dry_run,
            steps.validate(lenient=settings.lenient_parameters),
            steps.end_dry_run(self._is_built),
            self._check_ready,
            self._perform,
        )

    def _offline(self) -> frozenset[str]:
        names = frozenset(self.settings.offline_actions)
        if unknown := names - {action.name for action in catalogue.actions()}:
            raise SettingsError(f"settings: offline_actions: no action is named {min(unknown)}")
        return names

    def _is_built(self, action: Action) -> bool:
        return (action.service, action.name) in self.handlers

    async def _check_open(self, call: Call) -> None:
        if self.draining:
            call.close = True  # the next server must get the client's next request
            raise failure("ServiceUnavailable", text("wire.draining"))

    async def _touch_key(self, call: Call) -> None:
        await self.keys.touch(call.account.key_id)

    async def _check_account(self, call: Call) -> None:
        state = call.account.states.get(call.routed.service, "active")
        if refused := states.refusal(state, call.routed):
            raise refused
        await self.allowances.check(call.account.account_id, call.routed)

    async def _check_ready(self, call: Call) -> None:
        if self._is_built(call.routed) and not self.compute.ready:
            raise failure("ServiceUnavailable", text("wire.loading"))

    async def _perform(self, call: Call) -> None:
        digest = await repeat.digest(call)
        outcome = await self.performer.perform(
            call.routed,
            call.request,
            call.account.account_id,
            digest,
            call.language,
            call.request_id,
        )
        call.outputs, call.code, call.billed = outcome.response, outcome.code, outcome.billed

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the chain over one request and send its answer."""
        begun = time.perf_counter()
        call = request.open_call(scope, receive, time.time, self._proxies)
        try:
            body, error = await self._run(call)
        except request.ClientGone:
            return
        await request.drain(call, self.sizes)
        await response.answer(send, call, body)
        journal.record(self.metrics, call, time.perf_counter() - begun, len(body))
        if error is not None:
            await journal.record_refusal(call, error, self.settings.public_hosts)

    async def _run(self, call: Call) -> tuple[bytes, ApiError | None]:
        try:
            for step in self.chain:
                begun = time.perf_counter()
                try:
                    await step(call)
                finally:
                    call.timings[steps.name(step)] = time.perf_counter() - begun
            assert call.outputs is not None  # the last step filled it
            return response.success(call, call.outputs, self.settings.response_limit), None
        except ApiError as refused:
            error = refused
            if refused.__cause__ is not None:  # a fault of ours that has a code
                self._log_fault(call, refused.__cause__)
        except request.ClientGone:
            raise
        except Exception as fault:
            self._log_fault(call, fault)
            error = unexpected(call.contract_action.errors if call.contract_action else ())
        call.code = error.code
        return response.refusal(call, error), error

    def _log_fault(self, call: Call, fault: BaseException) -> None:
        log().error("unexpected", request_id=call.request_id, error_type=describe(fault))

    async def _sweep(self, _: str) -> None:
        await self.retention.sweep()

    async def measure(self) -> None:
        """Bring the gauges of the database up to date; without one they tell of nothing."""
        self.metrics.jobs.clear()
        try:
            counted = await self.jobs.count()
        except Exception as error:  # the database is away: all the more are the others wanted
            log().error("jobs cannot be counted", error_type=describe(error))
            return
        for kind, number in counted.items():
            self.metrics.jobs.labels(kind).set(number)

    def drain(self) -> None:
        """Let what was begun end, and refuse what comes now."""
        self.draining = True
        self.jobs.drain()

    async def start(self) -> None:
        """Open the database and begin to load the networks; `readyz` tells when that is done."""
        await self.database.migrate()
        await self.jobs.start()
        self._warming = asyncio.create_task(self._warm())

    async def _warm(self) -> None:
        try:
            await self.compute.start()
        except Exception as error:  # a wrong model folder, a damaged weight: the operator's own
            log().error("the networks cannot be loaded", reason=str(error))

    async def close(self) -> None:
        """Finish the work in hand and close every part."""
        if self._warming is not None:
            self._warming.cancel()
        await self.jobs.close()
        self.fetcher.close()
        await self.compute.close()
        await self.database.close()
