"""One command several times on this machine, as the workers of a cluster; their output, and how they ended."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from bridge.errors import expected
from bridge.values.numbers import whole_number

GRACE = 5.0
"""Seconds that the others have, once one has failed, to notice and to say so."""

LAST = 15
"""Lines of its output that the report of a worker has."""


@dataclass
class Worker:
    """A process, and the last lines that it wrote."""

    process: subprocess.Popen[str]
    thread: threading.Thread
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LAST))
    ended: float | None = None
    stopped: bool = False


def launch(
    command: Sequence[str],
    workers: Any = 2,
    restarts: Any = 0,
    timeout: Any = None,
    write: Callable[[str], Any] | None = None,
    check: Callable[[], Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Runs a command as the workers of a cluster on 127.0.0.1; when one fails, the others are ended.

    Args:
        command: program and arguments.
        workers: how many.
        restarts: how often all are started again after a failure.
        timeout: seconds that each run of all may take; None for no limit.
        write: gets each line, with "[1] " for the first worker.
        check: called now and then; its error ends the workers.
        environment: variables that are set for them beside those of this process.

    Returns:
        For each run of all: `attempt` from 1, `seconds`, and `workers`, for each of which `worker` from 1, `status` (the
        exit code, negative for a signal), `signal` or None, `why` it ended, `first` (whether it failed before the
        others), and `lines`, its last.
    """
    count = whole_number(workers, "workers", least=1)
    attempts = whole_number(restarts, "restarts", least=0) + 1
    if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout > 0):
        raise expected("timeout", "a number of seconds above 0", timeout)
    limit = None if timeout is None or timeout == float("inf") else float(timeout)
    runs = []
    for attempt in range(1, attempts + 1):
        runs.append({"attempt": attempt} | _run(list(command), count, limit, write, check, environment or {}))
        if all(worker["status"] == 0 for worker in runs[-1]["workers"]):
            break
        if attempt < attempts and write is not None:
            write(f"A worker has failed; all are started again ({attempt} of {attempts - 1}).\n")
    return runs


def _run(
    command: list[str],
    count: int,
    limit: float | None,
    write: Callable[[str], Any] | None,
    check: Callable[[], Any] | None,
    environment: Mapping[str, str],
) -> dict[str, Any]:
    started = time.monotonic()
    output: queue.SimpleQueue[str] = queue.SimpleQueue()
    hosts = [f"127.0.0.1:{port}" for port in _free_ports(count)]
    group: list[Worker] = []
    end = None
    try:
        for rank in range(count):
            group.append(_start(command, hosts, rank, environment, output))
        while any(worker.ended is None for worker in group):
            _pass_on(output, write)
            if check is not None:
                check()
            now = time.monotonic()
            for worker in group:
                if worker.ended is None and worker.process.poll() is not None:
                    worker.ended = now
                    if worker.process.returncode:
                        end = min(end or now + GRACE, now + GRACE)
            if limit is not None and now - started > limit:
                end = now
            if end is not None and now >= end:
                for worker in group:
                    if worker.ended is None and not worker.stopped:
                        worker.stopped = True
                        _kill(worker)
    finally:
        for worker in group:
            if worker.process.poll() is None:
                _kill(worker)
            worker.process.wait()
            worker.thread.join(2)
    _pass_on(output, write, wait=0)
    failed = [worker.ended or 0.0 for worker in group if worker.process.returncode and not worker.stopped]
    late = limit is not None and time.monotonic() - started > limit
    return {
        "seconds": time.monotonic() - started,
        "workers": [_report(i, worker, min(failed, default=None), late) for i, worker in enumerate(group, start=1)],
    }


def _start(
    command: list[str], hosts: list[str], rank: int, environment: Mapping[str, str], output: queue.SimpleQueue[str]
) -> Worker:
    config = {"cluster": {"worker": hosts}, "task": {"type": "worker", "index": rank}}
    process = subprocess.Popen(  # noqa: S603
        command,
        env={**os.environ, **environment, "TF_CONFIG": json.dumps(config)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    lines: deque[str] = deque(maxlen=LAST)

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            output.put(f"[{rank + 1}] {line.rstrip()}\n")

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return Worker(process, thread, lines)


def _pass_on(output: queue.SimpleQueue[str], write: Callable[[str], Any] | None, wait: float = 0.1) -> None:
    while True:
        try:
            line = output.get(timeout=wait) if wait else output.get_nowait()
        except queue.Empty:
            return
        if write is not None:
            write(line)


def _kill(worker: Worker) -> None:
    """Ends a worker and what it has started: they are a session of their own."""
    try:
        os.killpg(worker.process.pid, signal.SIGKILL)
    except ProcessLookupError:
        worker.process.kill()


def _report(number: int, worker: Worker, first: float | None, late: bool) -> dict[str, Any]:
    status = worker.process.returncode
    name = signal.Signals(-status).name if status < 0 else None
    if status == 0:
        why = "has ended well"
    elif worker.stopped:
        why = "was ended because the time was up" if late else "was ended because another one had failed"
    else:
        why = f"was killed by {name}" if name else f"has failed with exit status {status}"
    is_first = status != 0 and not worker.stopped and worker.ended == first
    return {
        "worker": number,
        "status": status,
        "signal": name,
        "why": why,
        "first": is_first,
        "lines": list(worker.lines),
    }


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for held in sockets:
            held.bind(("127.0.0.1", 0))
        return [held.getsockname()[1] for held in sockets]
