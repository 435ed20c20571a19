"""The command `countenance` and its groups."""

import typer

from countenance.cli import (
    accounts,
    allowances,
    calibrate,
    call,
    compare,
    doctor,
    evaluate,
    explain_signature,
    keys,
    liveness,
    models,
    redact,
    serve,
    usage,
    verify,
)

app = typer.Typer(
    help="Face identity verification: a server, a command line and a library.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.add_typer(keys.app, name="keys")
app.add_typer(accounts.app, name="accounts")
allowances.add_to(accounts.app)
app.command("usage")(usage.usage)
app.command("call")(call.call)
app.command("compare")(compare.compare)
app.command("liveness")(liveness.liveness)
app.command("verify")(verify.verify)
app.command("redact")(redact.redact)
app.add_typer(models.app, name="models")
app.command("calibrate")(calibrate.calibrate)
app.add_typer(evaluate.app, name="evaluate")
app.command("doctor")(doctor.doctor)
app.command("explain-signature")(explain_signature.explain_signature)
