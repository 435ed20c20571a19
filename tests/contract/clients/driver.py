"""Runs calls through the Python SDK of the environment whose python runs this file.

Lines of JSON in, lines of JSON out. A job is

    {"endpoint", "id", "key", "service", "version", "action", "params", and if wanted:
     "asynchronous", "typed", "algorithm", "method", "token", "region", "language", "unsigned",
     "form": "multipart" | "octet-stream", "binary": [names], "skip": true, "skew": seconds}

and its outcome {"response"} or {"error": {"code", "message", "requestId"}} or {"client_error"}.
With a typed client the outcome also has what the request's model held ("sent"), and the names it
did not know ("unknown"); {"absent": true} says that this build has no such action. The job
{"list": true} is answered with the actions of this build, by service.

Standard library and the SDK only: it runs where neither this project nor its tests are installed.
"""

import asyncio
import importlib
import json
import sys
import time
import warnings

from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

SERVICES = {
    "faceid": ("tencentcloud.faceid.v20180301", "FaceidClient"),
    "iai": ("tencentcloud.iai.v20200303", "IaiClient"),
}
real_time = time.time


def main():
    runner = asyncio.Runner()
    made = {}
    for line in sys.stdin:
        print(json.dumps(outcome(json.loads(line), made, runner)), flush=True)
    for client in made.values():
        if hasattr(client, "close"):
            runner.run(client.close())
    runner.close()


def outcome(job, made, runner):
    if job.get("list"):
        return {service: listed(service) for service in SERVICES}
    skew = job.get("skew", 0)
    time.time = lambda: real_time() + skew
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", UserWarning)
            done = runner.run(call(job, made))
        unknown = [str(w.message) for w in said if str(w.message).endswith(" are useless.")]
        names = [name for text in unknown for name in text.split(" ")[0].split(",")]
        return {**done, "unknown": names} if "sent" in done else done
    except TencentCloudSDKException as error:
        if not error.get_request_id():
            return {"client_error": f"{error.get_code()}: {error.get_message()}"}
        code, message = error.get_code(), error.get_message()
        return {"error": {"code": code, "message": message, "requestId": error.get_request_id()}}
    except Exception as error:
        return {"client_error": f"{type(error).__name__}: {error}"}
    finally:
        time.time = real_time


async def call(job, made):
    client = made_once(job, made)
    typed, asynchronous = job.get("typed"), job.get("asynchronous")
    action, params = job["action"], job["params"]
    if typed:
        models = importlib.import_module(SERVICES[job["service"]][0] + ".models")
        if not hasattr(client, action):
            return {"absent": True}
        request = getattr(models, action + "Request")()
        request.from_json_string(json.dumps(params))
        sent = request._serialize()
        try:
            answer = getattr(client, action)(request)
            answer = await answer if asynchronous else answer
        except TencentCloudSDKException as error:
            if not error.get_request_id():
                raise
            code, message = error.get_code(), error.get_message()
            found = {"code": code, "message": message, "requestId": error.get_request_id()}
            return {"error": found, "sent": sent}
        return {"response": json.loads(answer.to_json_string()), "sent": sent}
    options, body = {}, params
    if job.get("skip"):
        options["SkipSign"] = True
    if job.get("form") == "multipart":
        binary = job.get("binary", [])
        options.update(IsMultipart=True, BinaryParams=binary)
        body = {name: part(value, name in binary) for name, value in params.items()}
    if job.get("form") == "octet-stream":
        body = json.dumps(params).encode()
        if not asynchronous:
            return {"response": client.call_octet_stream(action, {}, body)["Response"]}
        options["IsOctetStream"] = True
    if asynchronous:
        answer = await client.call_and_deserialize(action, body, dict, {}, options)
    else:
        answer = client.call_json(action, body, {}, options)
    return {"response": answer["Response"]}


def part(value, binary):
    """A value as a caller of the SDK has to give it for multipart: text, bytes, object or array."""
    if binary:
        return value.encode()
    return value if isinstance(value, (str, dict, list)) else json.dumps(value)


SETTINGS = (
    "endpoint", "id", "key", "token", "service", "version", "region", "algorithm", "method",
    "language", "unsigned", "typed", "asynchronous",
)  # fmt: skip


def made_once(job, made):
    """One client object for all jobs that differ only in what they call, as in a program."""
    key = json.dumps([job.get(name) for name in SETTINGS])
    if key not in made:
        made[key] = client_of(job)
    return made[key]


def client_of(job):
    http = HttpProfile(
        protocol="http",
        endpoint=job["endpoint"],
        reqMethod=job.get("method", "POST"),
        reqTimeout=60,
        keepAlive=True,
    )
    more = {"language": job["language"]} if job.get("language") else {}
    profile = ClientProfile(
        signMethod=job.get("algorithm", "TC3-HMAC-SHA256"), httpProfile=http, **more
    )
    profile.unsignedPayload = bool(job.get("unsigned"))
    holder = Credential(job["id"], job["key"], job.get("token"))
    region = job.get("region") or ""
    if job.get("typed"):
        return client_class(job["service"], job.get("asynchronous"))(holder, region, profile)
    kind = CommonClient
    if job.get("asynchronous"):
        kind = importlib.import_module("tencentcloud.common.common_client_async").CommonClient
    return kind(job["service"], job["version"], holder, region, profile)


def client_class(service, asynchronous=False):
    package, name = SERVICES[service]
    suffix = "_client_async" if asynchronous else "_client"
    return getattr(importlib.import_module(f"{package}.{service}{suffix}"), name)


def listed(service):
    package, _ = SERVICES[service]
    models = importlib.import_module(package + ".models")
    found = vars(client_class(service))
    return sorted(name for name in found if hasattr(models, name + "Request"))


if __name__ == "__main__":
    main()
