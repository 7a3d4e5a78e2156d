"""One phase after the other: what is frozen, the trainer, the batches, `fit`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple

from specgraph.data.source import DataError, Place
from specgraph.graph.train import fed
from specgraph.infer.selection import Chosen, choose
from specgraph.ir.training import Feed, Phase, Training

from .batches import Examples, examples, split
from .best import Best
from .callbacks import make
from .checkpoint import Position, Saved, Store, assign, build_optimizers, variables
from .distribution import ALONE, Share
from .errors import TrainError
from .features import Work, features
from .freeze import Layers, Seal
from .given import feed_of
from .objective import Context, batching, objective
from .progress import Progress
from .refusals import told
from .signals import Interrupted, Signals

if TYPE_CHECKING:
    import keras

    from specgraph.infer.walk import ModelTypes

    from .files import Files

SHARE = 0.1
"""What is held out where neither the spec nor the source says."""


SAMPLES, SHOWN = 36, 10
"""Images in the two pictures of a phase."""


class Data(NamedTuple):
    """What a phase is trained and measured on."""

    train: Examples
    validation: Examples | None


def load(
    phase: Phase,
    validation: Any,
    seed: int,
    place: Place,
    types: Mapping[str, ModelTypes] | None = None,
    given: Any = None,
) -> Data:
    """The examples of a phase, those `given` in place of the spec's; `TrainError` where there are none."""
    feed = phase.feed
    if feed is None and given is None:
        raise TrainError(f"phase `{phase.name}` has no data", help="`train: {data: digits}`")
    try:
        if feed is None:
            graphs = {name: one.graph for name, one in (types or {}).items()}
            feed = feed_of(fed(phase.model, phase.objective, graphs), phase.objective, given)
        train, held_out = examples(feed, place, given=given)
        other = None
        if isinstance(validation, Feed):
            other = examples(validation, place, moments=train.moments)[0]
    except DataError as error:
        raise TrainError(error.message, help=error.help) from None
    if other is not None:
        return Data(train, other)
    if validation is None and held_out is not None:
        return Data(train, held_out)
    if train.count < 2:
        return Data(train, None)
    return Data(*split(train, SHARE if validation is None else validation, seed))


class Plan(NamedTuple):
    """One phase, ready to run."""

    number: int
    phase: Phase
    chosen: Chosen
    data: Data
    steps: int
    epochs: int
    batch_size: int
    """Examples in one step of `fit`."""
    drop: bool
    """Whether the last examples of an epoch, too few for a batch, are left out."""

    def describe(self) -> str:
        """`head: 5 epochs of 45 batches of 32; trains 5,130 weights in 2 layers, 14,714,688 are frozen`."""
        train, still = self.chosen.counts()
        held = {one.key for one in self.chosen.unique() if any(weight.trainable for weight in one.weights)}
        layers = len(held & self.chosen.trained)
        epochs = f"{self.epochs:,} epoch{'s' * (self.epochs != 1)}"
        batches = f"{self.steps:,} batch{'es' * (self.steps != 1)} of {self.batch_size:,}"
        where = f"{layers:,} layer{'s' * (layers != 1)}"
        trains = f"trains {train:,} weights in {where}, {still:,} are frozen"
        return f"{self.phase.name}: {epochs} of {batches}; {trains}"


class Engine:
    """What all phases of a run share."""

    def __init__(
        self,
        models: dict[str, keras.Model],
        types: dict[str, ModelTypes],
        training: Training,
        place: Place,
        progress: Progress,
        store: Store,
        best: Best,
        files: Files | None = None,
        share: Share = ALONE,
    ) -> None:
        self.models, self.types, self.training = models, types, training
        self.place, self.progress, self.store, self.best = place, progress, store, best
        self.files, self.share = files, share
        self.layers = Layers(models)
        self.history: list[dict[str, Any]] = []
        self._data: dict[Any, Data] = {}
        self.given: Any = None
        """Data that Python code passes."""

    @property
    def seed(self) -> int:
        seed: int = self.training.args.seed
        return seed

    def plan(self, number: int) -> Plan:
        """A phase with its data loaded and its layers chosen."""
        phase = self.training.phases[number]
        chosen = choose(phase, self.types)
        for _, problem in chosen.problems:
            raise TrainError(f"phase `{phase.name}`: {problem.message}", help=problem.help)
        data = self._load(phase)
        size, drop = batching(Context(self.models, self.types, phase, self.training))
        self.share.check(size)
        steps = data.train.steps(size, drop, self.share.multiple)
        if steps < 1:
            few = data.train.count
            raise TrainError(f"phase `{phase.name}` has {few} examples, fewer than a batch of {size}")
        wanted: int | None = self.training.args.steps_per_epoch
        return Plan(number, phase, chosen, data, wanted or steps, phase.args.epochs, size, drop)

    def _load(self, phase: Phase) -> Data:
        key = (id(phase.args.data), phase.model, phase.objective.name)
        if key not in self._data:
            wanted = self.training.validation
            data = load(phase, wanted, self.seed, self.place, self.types, self.given)
            if self.files is not None:
                self.files.keep_moments(phase.name, data.train.moments)
            self._data = {key: data}
        return self._data[key]

    def run(self, number: int, saved: Saved | None, signals: Signals) -> None:
        """Trains a phase, from where it was saved if it was."""
        with self._told(number):
            self._run(number, saved, signals)

    def _told(self, number: int) -> AbstractContextManager[None]:
        """Says what the backend has against a phase."""
        names = (name for one in self.types.values() for name in one.graph.nodes)
        return told(f"phase `{self.training.phases[number].name}`", names)

    def _run(self, number: int, saved: Saved | None, signals: Signals) -> None:
        import keras

        plan = self.plan(number)
        self.progress.say(plan.describe())
        self._say_left_out(plan)
        keras.utils.set_random_seed(self.seed + number)
        self.layers.set(plan.chosen)
        frozen = self.layers.frozen(plan.chosen)
        seal = Seal(frozen)
        folder = self.files.folder.scratch if self.files is not None else None
        trained, limits = plan.chosen.trained, self.place.limits
        with features(self._work(plan), trained, folder=folder, limits=limits, share=self.share) as work:
            if work.note is not None and frozen:
                self.progress.say(f"{plan.phase.name}: {work.note}")
            Fit(self, plan, work, signals).run(saved)
        self._pictures(plan)
        seal.check(plan.phase.name)

    def _say_left_out(self, plan: Plan) -> None:
        """What devices cannot share evenly, since figures then differ from those of a single one."""
        for what, part in (("training", plan.data.train), ("held-out", plan.data.validation)):
            if part is None or plan.drop:
                continue
            left = self.share.left_out(part.count, plan.batch_size)
            if left:
                which = f"{left} of {part.count:,} {what} examples left out of each epoch"
                why = f"{self.share.devices} devices cannot share them"
                self.progress.say(f"{plan.phase.name}: {which}, since {why}")

    def _pictures(self, plan: Plan) -> None:
        """Images of what the phase has come to, into the run's folder."""
        if self.files is None:
            return
        module, name = objective(plan.phase.objective.name), plan.phase.name
        context = self._work(plan).context
        if hasattr(module, "samples"):
            self.files.write_pictures(f"{name}.samples", module.samples(context, SAMPLES))
        held = plan.data.validation or plan.data.train
        if hasattr(module, "restored"):
            few = held.select(range(min(SHOWN, held.count)))
            inputs, _ = next(iter(few.batches(SHOWN, arrange=lambda inputs, targets: (inputs, targets))))
            inputs = {key: one.numpy() for key, one in inputs.items()}
            self.files.write_pictures(f"{name}.restored", module.restored(context, inputs), SHOWN)

    def _work(self, plan: Plan) -> Work:
        """What the phase is trained on, before anything of it is computed."""
        context = Context(self.models, self.types, plan.phase, self.training, plan.steps)
        arrange = objective(plan.phase.objective.name).arrange
        return Work(context, plan.data.train, plan.data.validation, arrange)

    def try_out(self, number: int) -> None:
        """Runs a single batch of a phase."""
        with self._told(number):
            plan = self.plan(number)
            self.progress.say(plan.describe())
            self.layers.set(plan.chosen)
            Fit(self, plan, self._work(plan), Signals(self.progress.say)).try_out()


class Fit:
    """The `fit` of one phase, once more where it was interrupted within an epoch."""

    def __init__(self, engine: Engine, plan: Plan, work: Work, signals: Signals) -> None:
        self.engine, self.plan, self.work, self.signals = engine, plan, work, signals
        self.module = objective(plan.phase.objective.name)
        context = work.context
        self.trainer: keras.Model = self.module.trainer(context)
        build_optimizers(self.trainer)
        self.variables = variables(engine.models, self.trainer)
        self.callbacks = make(plan.phase.args.callbacks)
        self._cost = 0.0

    def run(self, saved: Saved | None) -> None:
        """From the beginning, or from where it was saved."""
        from .keeper import EpochDone, NotFinite

        engine = self.engine
        kind = f"{self.plan.phase.model} {self.plan.phase.objective.name}"
        engine.best.phase(kind, getattr(self.module, "MONITOR", "loss"), variables(engine.models, None))
        if saved is None:
            self._begin()
        while True:
            if saved is not None:
                assign(self.variables, saved.arrays)
            try:
                self._fit(saved)
                return
            except EpochDone:
                saved = engine.store.load()
            except NotFinite as found:
                from .nonfinite import explain

                raise explain(self, found) from None
            except Interrupted:
                raise
            except Exception:
                parts = (self.plan.data.train, self.plan.data.validation)
                faults = [one.fault for one in parts if one is not None and one.fault is not None]
                if not faults:
                    raise
                raise TrainError(faults[0].message, help=faults[0].help) from None

    def try_out(self) -> None:
        """A batch to train on, and one to measure on."""
        validation = self.validation()
        made = self.trainer.fit(
            self.batches(0, 1).take(1),
            validation_data=validation if validation is None else validation.take(1),
            class_weight=self.class_weight(),
            shuffle=False,
            verbose=0,
        )
        figures = {name: float(values[-1]) for name, values in made.history.items()}
        self.engine.history.append({"phase": self.plan.phase.name, "epoch": 0, **figures})

    def _begin(self) -> None:
        """Saves where the phase begins; what that takes says how soon the next checkpoint pays."""
        from .checkpoint import values

        began, engine = time.monotonic(), self.engine
        arrays, history = values(self.variables), list(engine.history)
        engine.store.save(Saved(Position(self.plan.number), arrays, [], history, engine.best.found))
        self._cost = time.monotonic() - began

    def _fit(self, saved: Saved | None) -> None:
        from .keeper import Keeper, Watch

        engine, plan = self.engine, self.plan
        at = saved.position if saved is not None else Position(plan.number)
        last = at.epoch if at.stopped else max(plan.epochs, at.epoch)
        if at.step:
            self._build_metrics()
            last = at.epoch + 1
        bar = engine.progress.bar(plan.phase.name, plan.epochs, plan.steps, at.epoch * plan.steps + at.step)
        watch = Watch(bar, at.step)
        keeper = Keeper(
            phase=plan.number,
            name=plan.phase.name,
            store=engine.store,
            others=self.callbacks,
            variables=self.variables,
            history=engine.history,
            best=engine.best,
            files=engine.files,
            watch=watch,
            signals=self.signals,
            from_=saved,
            together=engine.share.processes > 1,
            cost=self._cost,
        )
        self.signals.deferring = True
        try:
            self.trainer.fit(
                self.batches(at.epoch, max(1, last - at.epoch), at.step),
                epochs=last,
                initial_epoch=at.epoch,
                steps_per_epoch=plan.steps - at.step,
                validation_data=self.validation(),
                class_weight=self.class_weight(),
                callbacks=[*self.callbacks, watch, keeper],
                shuffle=False,
                verbose=0,
            )
        finally:
            self.signals.deferring = False
            bar.close()

    def batches(self, first: int, epochs: int, skip: int = 0) -> Any:
        """The batches of some epochs, without the first few."""
        plan = self.plan
        made = self.work.train.batches(
            plan.batch_size,
            arrange=self.work.arrange,
            seed=self.engine.seed + plan.number if self.engine.training.args.shuffle else None,
            first_epoch=first,
            epochs=epochs,
            drop_remainder=plan.drop,
            steps=plan.steps,
            shard=self.engine.share.shard,
            multiple=self.engine.share.multiple,
        )
        return made.skip(skip) if skip else made

    def validation(self) -> Any:
        """What each epoch is measured on, or None."""
        held, share, size = self.work.validation, self.engine.share, self.plan.batch_size
        if held is None or held.steps(size, self.plan.drop, share.multiple) < 1:
            return None
        return held.batches(
            size,
            arrange=self.work.arrange,
            drop_remainder=self.plan.drop,
            shard=share.shard,
            multiple=share.multiple,
        )

    def class_weight(self) -> dict[int, float] | None:
        """How much the examples of each class count."""
        weights = self.engine.training.args.class_weight
        return None if weights is None else dict(enumerate(weights))

    def _build_metrics(self) -> None:
        """Makes the variables of metrics, which Keras puts off to the first batch."""
        batch = next(iter(self.batches(0, 1)))
        self.trainer._symbolic_build(data_batch=batch)
