"""Who runs many simulations: the options that say so, and the workers they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.cli.whole_number import WholeNumber

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.experiments.running.executors import Workers

    Function = TypeVar("Function", bound=Callable[..., Any])


def _needs_an_address(context: click.Context, _: click.Parameter, given: str) -> str:
    """Refuse a cluster without its address, before anything is read."""
    if given == "dask" and not context.params.get("scheduler"):
        msg = "--executor dask needs --scheduler ADDRESS, such as tcp://host:8786."
        raise click.UsageError(msg, context)
    return given


def worker_options(function: Function) -> Function:
    """Give a command the options that say who runs its simulations."""
    for option in (
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            is_eager=True,
            help="Of a Dask cluster, such as tcp://host:8786.",
        ),
        click.option(
            "--executor",
            type=click.Choice(["local", "dask"]),
            default="local",
            callback=_needs_an_address,
            help="Who runs them; local.",
        ),
        click.option(
            "-j", "--jobs", type=WholeNumber(1), metavar="N", help="Processes; else all processors."
        ),
    ):
        function = option(function)
    return function


def workers_of(options: dict[str, Any]) -> Workers:
    """Return who runs the simulations.

    Parameters
    ----------
    options
        ``executor``, ``scheduler`` and ``jobs``, as a command has them.
    """
    from sim.experiments.running.executors import DaskCluster, cores, local_workers

    if options["executor"] == "dask":
        return DaskCluster(options["scheduler"])
    return local_workers(options["jobs"] or cores())
