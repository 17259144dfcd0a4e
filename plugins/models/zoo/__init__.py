"""A small trained zoo: networks with weights that come with the package, each made again by one command."""

from harness import ModelSpec, hookimpl

_SEED = "of the training: there is a file for each"
_WEIGHTS = "trained, or random for the untrained twin"
_LOAD = "harness_plugins.models.zoo.load"


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "dyrcnn_x4_masking",
            load=f"{_LOAD}:dyrcnn_x4_masking",
            summary="narrow DyRCNN x4, trained to name a silhouette that is shown shortly at a random time, then gone or masked",
            tags=("recurrent", "delays", "trained", "masking"),
            parameters={
                "recurrence": "full, depthpointwise, self or none",
                "cut_recurrence": "whether lateral connections are cut after training",
                "seed": _SEED,
                "weights": _WEIGHTS,
            },
        ),
        ModelSpec(
            "feedforward_masking",
            load=f"{_LOAD}:feedforward_masking",
            summary="as dyrcnn_x4_masking with full recurrence, its lateral convolutions put in a row with the others",
            tags=("recurrent", "delays", "trained", "masking"),
            parameters={"seed": _SEED, "weights": _WEIGHTS},
        ),
        ModelSpec(
            "feedback_masking",
            load=f"{_LOAD}:feedback_masking",
            summary="as dyrcnn_x4_masking with recurrence of single units, and feedback from V4 to V1 and from IT to V2",
            tags=("recurrent", "delays", "trained", "masking"),
            parameters={"seed": _SEED, "weights": _WEIGHTS},
        ),
        ModelSpec(
            "cornet_rt_masking",
            load=f"{_LOAD}:cornet_rt_masking",
            summary="narrow CORnet-RT, trained to name a silhouette that is shown shortly at a random time, then gone or masked",
            tags=("recurrent", "trained", "masking"),
            parameters={"seed": _SEED, "weights": _WEIGHTS},
        ),
        ModelSpec(
            "cordsnet_r2_digits",
            load=f"{_LOAD}:cordsnet_r2_digits",
            summary="narrow CordsNet-R2, trained on handwritten digits by its five steps, or directly",
            tags=("recurrent", "dynamical", "trained"),
            parameters={"training": "steps or direct", "seed": _SEED, "weights": _WEIGHTS},
        ),
        ModelSpec(
            "gammanet_v2_contours",
            load=f"{_LOAD}:gammanet_v2_contours",
            summary="narrow GammaNet v2, trained to find a contour of segments among others; with its circuits or without",
            tags=("recurrent", "contours", "trained"),
            parameters={
                "circuits": "whether it has circuits",
                "dt": "ms per step; it was trained for three steps, and its activity grows without bound after some more",
                "seed": _SEED,
                "weights": _WEIGHTS,
            },
        ),
        ModelSpec(
            "convlstm_motion",
            load=f"{_LOAD}:convlstm_motion",
            summary="narrow ConvLSTM, trained to predict the next frame of moving digits",
            tags=("recurrent", "prediction", "trained"),
            parameters={"seed": _SEED, "weights": _WEIGHTS},
        ),
        ModelSpec(
            "predrnn_motion",
            load=f"{_LOAD}:predrnn_motion",
            summary="narrow PredRNN, trained to predict the next frame of moving digits",
            tags=("recurrent", "prediction", "trained"),
            parameters={"seed": _SEED, "weights": _WEIGHTS},
        ),
    ]
