"""Several devices and processes give what one gives; what a backend does not have is refused."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import keras
import pytest

from specgraph.analysis import analyze
from specgraph.data.source import Place
from specgraph.training.distribution import ALONE, DATA_PARALLEL, MIRRORED, Cluster, Share, _check
from specgraph.training.errors import TrainError
from specgraph.training.plan import Settings
from specgraph.training.start import start as run

LONG = os.environ.get("SPECGRAPH_TRAIN") == "long"
SPEC = """\
specgraph: 1
inputs: {image: [8, 8, 1]}
layers:
  - Conv2D: {filters: 4, kernel_size: 3, activation: relu}
  - GlobalAveragePooling2D
  - Dropout: {rate: 0.1, seed: 1}
  - Dense: {name: probs, units: 10, activation: softmax}
compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
train: {data: {source: digits, take: 200}, epochs: 2, batch_size: 32, distribute: STRATEGY}
"""

PROGRAM = """\
import json, sys
from pathlib import Path
if sys.argv[4] != "1":
    import tensorflow as tf
    if sys.argv[5] == "mirrored":
        [cpu] = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from specgraph.analysis import analyze
from specgraph.data.source import Place
from specgraph.training.distribution import Cluster
from specgraph.training.plan import Settings
from specgraph.training.start import start as run
number, count, address = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
cluster = Cluster(address, count, number) if count > 1 else None
made = run(analyze(sys.stdin.read().replace("STRATEGY", sys.argv[5])), Place(None, None), Settings(quiet=True, cluster=cluster), Path(sys.argv[6]) if count > 1 else None)
print(json.dumps(made.history))
"""


def start(
    backend: str,
    strategy: str,
    *,
    number: int = 0,
    count: int = 1,
    address: str = "-",
    devices: int = 1,
    folder: str = "-",
):
    flags = f"--xla_force_host_platform_device_count={devices}" if backend == "jax" else ""
    environment = {**os.environ, "KERAS_BACKEND": backend, "XLA_FLAGS": flags, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [
        sys.executable,
        "-c",
        PROGRAM,
        str(number),
        str(count),
        address,
        str(devices),
        strategy,
        folder,
    ]
    pipe = subprocess.PIPE
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment, cwd=root
    )
    assert process.stdin is not None
    process.stdin.write(SPEC)
    process.stdin.close()
    process.stdin = None
    return process


def history(process) -> list[dict[str, float]]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def free_address() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{one.getsockname()[1]}"


def check_alike(ours: list[dict[str, float]], alone: list[dict[str, float]], rel: float = 1e-4) -> None:
    assert len(ours) == len(alone) == 2
    for mine, its in zip(ours, alone, strict=True):
        assert mine["loss"] == pytest.approx(its["loss"], rel=rel)
        assert mine["val_loss"] == pytest.approx(its["val_loss"], rel=rel)


def test_two_processes_on_jax_give_the_loss_of_one(tmp_path: Path) -> None:
    address = free_address()
    started = [
        start("jax", "data_parallel", number=i, count=2, address=address, folder=str(tmp_path / "run"))
        for i in range(2)
    ]
    first, second = map(history, started)
    assert first == second
    assert (tmp_path / "run/best.weights.h5").is_file()
    check_alike(first, history(start("jax", "none")))
    if LONG:
        check_alike(history(start("jax", "data_parallel", devices=2)), first)


def test_mirrored_trains_on_the_devices_that_there_are() -> None:
    if keras.backend.backend() == "tensorflow":
        made = run(analyze(SPEC.replace("STRATEGY", "mirrored")), Place(None, None), Settings(quiet=True))
        assert made.history[1]["loss"] < made.history[0]["loss"]


@pytest.mark.skipif(not LONG, reason="starts TensorFlow twice")
def test_two_mirrored_devices_give_about_the_loss_of_one() -> None:
    mirrored = history(start("tensorflow", "mirrored", devices=2))
    alone = history(start("tensorflow", "none"))
    check_alike(mirrored, alone, rel=0.02)  # each device draws its own dropout


@pytest.mark.parametrize(
    ("strategy", "backend", "message"),
    [
        (
            MIRRORED,
            "jax",
            "`mirrored` is TensorFlow's, the backend is jax; set `distribute: data_parallel`, or KERAS_BACKEND=tensorflow",
        ),
        (
            DATA_PARALLEL,
            "tensorflow",
            "`data_parallel` needs JAX, the backend is tensorflow; set `distribute: mirrored`, or KERAS_BACKEND=jax",
        ),
    ],
)
def test_a_strategy_of_another_backend(strategy: str, backend: str, message: str) -> None:
    with pytest.raises(TrainError) as found:
        _check(strategy, None, backend)
    assert str(found.value) == message
    _check(strategy, None, "tensorflow" if backend == "jax" else "jax")


def test_several_processes_on_tensorflow() -> None:
    cluster = Cluster("host:1", 2, 0)
    with pytest.raises(TrainError, match="KERAS_BACKEND=jax"):
        _check(DATA_PARALLEL, cluster, "tensorflow")
    with pytest.raises(TrainError, match="`mirrored` is for one process"):
        _check(MIRRORED, cluster, "tensorflow")


def test_a_cluster_from_flags_and_environment() -> None:
    assert Cluster.of(environment={}) is None
    known = {
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": "a:1,b:1",
        "KERAS_DISTRIBUTION_NUM_PROCESSES": "2",
        "KERAS_DISTRIBUTION_PROCESS_ID": "1",
    }
    assert Cluster.of(environment=known) == Cluster("a:1,b:1", 2, 1)
    assert Cluster.of("c:2", 3, 0, environment=known) == Cluster("c:2", 3, 0)
    with pytest.raises(TrainError, match="--address HOST:PORT"):
        Cluster.of("c:2", environment={})
    with pytest.raises(TrainError, match="process 2 is none of 2"):
        Cluster.of("c:2", 2, 2, environment={})
    with pytest.raises(TrainError, match="PROCESS_ID is no number"):
        Cluster.of("c:2", 2, environment={"KERAS_DISTRIBUTION_PROCESS_ID": "two"})


def test_batches_that_devices_can_share() -> None:
    share = Share(DATA_PARALLEL, devices=4)
    share.check(32)
    with pytest.raises(TrainError, match="4 devices cannot share batches of 30; `batch_size: 28 or 32`"):
        share.check(30)
    ALONE.check(31)
    Share(MIRRORED, devices=4).check(30)


@pytest.mark.parametrize(
    ("share", "count", "left"),
    [
        (Share(DATA_PARALLEL, 2), 359, 1),
        (Share(DATA_PARALLEL, 2), 360, 0),
        (Share(MIRRORED, 2), 359, 0),
        (ALONE, 359, 0),
    ],
)
def test_what_an_epoch_leaves_out(share: Share, count: int, left: int) -> None:
    assert share.left_out(count, 32) == left
    import numpy as np

    from specgraph.training.batches import Examples

    held = Examples({"x": np.arange(count)}, {"x": "x"}, {})
    batches = held.batches(32, arrange=lambda inputs, _: inputs["x"], multiple=share.multiple)
    assert sum(len(one) for one in batches) == count - left


@pytest.mark.parametrize("name", ["multi_worker", "MultiWorkerMirroredStrategy"])
def test_what_keras_does_not_do_is_refused_with_what_does(name: str) -> None:
    [found] = analyze(SPEC.replace("STRATEGY", name)).diagnostics
    assert found.code.rule == "bad-param" and found.span.text == name
    assert found.help == "on several hosts, `data_parallel` with KERAS_BACKEND=jax; on one, `mirrored`"
