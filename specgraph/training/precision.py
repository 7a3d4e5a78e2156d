"""What a user should know of the dtype policy that the spec's `precision` says."""

from __future__ import annotations


def remark(name: str | None) -> str | None:
    """What a user should know before a run in this precision on the devices that there are, or None."""
    if name not in ("mixed_float16", "mixed_bfloat16") or _accelerated():
        return None
    if name == "mixed_float16":
        return "mixed_float16 is for GPUs: on a CPU it is slower than float32"
    return "mixed_bfloat16 is for GPUs and TPUs: few CPUs gain by it"


def _accelerated() -> bool:
    """Whether the backend has a device that is no CPU."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return bool(tf.config.list_physical_devices("GPU") or tf.config.list_physical_devices("TPU"))
    if keras.backend.backend() == "jax":
        import jax

        return any(one.platform != "cpu" for one in jax.devices())
    return False
