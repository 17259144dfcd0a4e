"""Train networks of the zoo again; all of them if none is named.

python -m harness_plugins.models.zoo.train [NAME[-VARIANT[-SEED]] ...]
"""

import sys

from harness import train_model
from harness_plugins.models.zoo.members import MEMBERS


def main(wanted: list[str]) -> None:
    """Train what is named and write it where it is loaded from."""
    for one in MEMBERS:
        for seed in one.seeds:
            if not wanted or any(one.path(seed).stem.startswith(name) for name in wanted):
                trained = train_model(
                    one.model,
                    one.recipe,
                    one.data,
                    model_args=one.model_args,
                    recipe_args=one.recipe_args,
                    data_args=one.data_args,
                    seed=seed,
                    out=one.path(seed),
                    told=True,
                )
                print(f"{trained.path.name}: {trained.metric[0]} {trained.metric[1]:.3f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
