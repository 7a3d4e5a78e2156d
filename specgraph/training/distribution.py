"""Several devices, processes or hosts, through Keras's own distribution; it moves all data and gradients.

`mirrored` is TensorFlow's `MirroredStrategy`: the devices of one host. `data_parallel` is Keras's
`DataParallel` on JAX: the devices of one host, or of several processes that find each other at an address.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from .errors import TrainError

MIRRORED, DATA_PARALLEL = "mirrored", "data_parallel"
_ADDRESSES, _COUNT, _NUMBER = (
    f"KERAS_DISTRIBUTION_{name}" for name in ("JOB_ADDRESSES", "NUM_PROCESSES", "PROCESS_ID")
)


class Cluster(NamedTuple):
    """The processes of a run, and which one this is."""

    address: str
    """`host:port` of process 0, or those of all with commas between."""
    processes: int
    process: int

    @classmethod
    def of(
        cls,
        address: str | None = None,
        processes: int | None = None,
        process: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Cluster | None:
        """What is given, and else what Keras's environment variables say; None for a process alone."""
        known = os.environ if environment is None else environment
        address = address or known.get(_ADDRESSES)
        count = _number(processes, known.get(_COUNT), _COUNT)
        number = _number(process, known.get(_NUMBER), _NUMBER)
        given = [one is not None for one in (address, count, number)]
        if not any(given):
            return None
        if address is None or count is None or number is None:
            message = "several processes need an address, their number, and which one this is"
            raise TrainError(message, help="--address HOST:PORT --processes N --process I")
        if not 0 <= number < count:
            raise TrainError(f"process {number} is none of {count}, which are counted from 0")
        return cls(address, count, number)


def _number(given: int | None, text: str | None, name: str) -> int | None:
    if given is not None or text is None:
        return given
    if not (text.isascii() and text.isdigit()):
        raise TrainError(f"{name} is no number: {text!r}")
    return int(text[:9])


class Share(NamedTuple):
    """This process's part of the work."""

    strategy: str = "none"
    devices: int = 1
    """Of all processes together."""
    process: int = 0
    processes: int = 1

    @property
    def shard(self) -> tuple[int, int]:
        """Which part of a batch is this process's, and how many there are."""
        return self.process, self.processes

    @property
    def multiple(self) -> int:
        """What the size of every batch must be a multiple of."""
        return self.devices if self.strategy == DATA_PARALLEL else 1

    @property
    def writes(self) -> bool:
        """Whether files and figures are this process's to write: those of all would be the same."""
        return self.process == 0

    def left_out(self, count: int, batch_size: int) -> int:
        """How many of so many examples an epoch leaves out: those of its last batch that cannot be shared."""
        return count % batch_size % self.multiple

    def check(self, batch_size: int) -> None:
        """`TrainError` for batches that the devices cannot share."""
        if batch_size % self.multiple:
            below = batch_size // self.multiple * self.multiple
            sizes = f"{below} or {below + self.multiple}" if below else str(self.multiple)
            message = f"{self.devices} devices cannot share batches of {batch_size}"
            raise TrainError(message, help=f"`batch_size: {sizes}`")


ALONE = Share()
"""One process that uses one device."""


@contextmanager
def distributed(strategy: str | None, cluster: Cluster | None = None) -> Iterator[Share]:
    """What is built and trained inside is shared so; `TrainError` where the backend has no such way.

    A cluster is joined at most once in a process, before JAX has done anything.
    """
    import keras

    backend = keras.backend.backend()
    strategy = strategy or ("none" if cluster is None else DATA_PARALLEL)
    _check(strategy, cluster, backend)
    if strategy == MIRRORED:
        import tensorflow as tf

        devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        with tf.distribute.MirroredStrategy([one.name for one in devices]).scope():
            yield Share(MIRRORED, len(devices))
    elif strategy == DATA_PARALLEL:
        if cluster is not None:
            _join(cluster)
        made = keras.distribution.DataParallel(auto_shard_dataset=False)  # batches come in parts already
        with made.scope():
            count = made.num_model_replicas
            process, processes = (cluster.process, cluster.processes) if cluster else (0, 1)
            yield Share(DATA_PARALLEL, count, process, processes)
        if cluster is not None:
            _leave()
    else:
        yield ALONE


def _check(strategy: str, cluster: Cluster | None, backend: str) -> None:
    if cluster is not None and strategy != DATA_PARALLEL:
        message = f"`{strategy}` is for one process"
        raise TrainError(message, help="several share the work by `data_parallel`, on KERAS_BACKEND=jax")
    if strategy == MIRRORED and backend != "tensorflow":
        message = f"`mirrored` is TensorFlow's, the backend is {backend}"
        raise TrainError(message, help="set `distribute: data_parallel`, or KERAS_BACKEND=tensorflow")
    if strategy == DATA_PARALLEL and backend != "jax":
        message = f"`data_parallel` needs JAX, the backend is {backend}"
        mirrored = "set KERAS_BACKEND=jax" if cluster else "set `distribute: mirrored`, or KERAS_BACKEND=jax"
        raise TrainError(message, help=mirrored)


def _join(cluster: Cluster) -> None:
    """Waits for the other processes; on CPUs, their sums go by gloo."""
    import jax
    import keras

    jax.config.update("jax_cpu_collectives_implementation", "gloo")  # type: ignore[no-untyped-call]
    try:
        keras.distribution.initialize(cluster.address, cluster.processes, cluster.process)
    except (RuntimeError, ValueError) as error:
        message = f"the {cluster.processes} processes do not come together at {cluster.address}: {error}"
        raise TrainError(message) from None


def _leave() -> None:
    """Parts from the other processes, once all are done.

    What they share is left to the system: to search it for garbage afterwards waits for ever.
    """
    import gc

    import jax

    jax.distributed.shutdown()  # type: ignore[no-untyped-call]
    gc.freeze()
