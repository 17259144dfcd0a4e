"""Recurrent networks that predict the next frame."""

from harness import ModelSpec, RecipeSpec, hookimpl

CONVLSTM = """@inproceedings{shi2015convolutional,
  title = {Convolutional {LSTM} Network: A Machine Learning Approach for Precipitation Nowcasting},
  author = {Shi, Xingjian and Chen, Zhourong and Wang, Hao and Yeung, Dit-Yan and Wong, Wai-kin and Woo, Wang-chun},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {28},
  pages = {802--810},
  year = {2015}
}"""
PREDRNN = """@inproceedings{wang2017predrnn,
  title = {{PredRNN}: Recurrent Neural Networks for Predictive Learning using Spatiotemporal {LSTMs}},
  author = {Wang, Yunbo and Long, Mingsheng and Wang, Jianmin and Gao, Zhifeng and Yu, Philip S.},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {30},
  pages = {879--888},
  year = {2017}
}
@article{wang2022predrnn,
  title = {{PredRNN}: A Recurrent Neural Network for Spatiotemporal Predictive Learning},
  author = {Wang, Yunbo and Wu, Haixu and Zhang, Jianjin and Gao, Zhifeng and Wang, Jianmin and Yu, Philip S. and Long, Mingsheng},
  journal = {{IEEE} Transactions on Pattern Analysis and Machine Intelligence},
  year = {2022},
  doi = {10.1109/TPAMI.2022.3165153}
}"""

PARAMETERS = {
    "weights": "the path of a file, or random",
    "seed": "seed of random weights",
    "dt": "ms per step; each step sees a frame and predicts the next",
    "size": "pixels along the side of the field of view",
    "patch": "pixels along the side of a patch, which becomes one place of the maps",
    "channels": "channels of each layer of cells, from the first to the last",
    "kernel": "side of the convolutions in the cells",
    "layers": "default layers, recorded when none are named",
    "regions": "brain region -> layer; replaces parts of V1 to IT",
    "visual_degrees": "visual angle of the side of the input, degrees",
}


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "convlstm",
            load="harness_plugins.models.predictors.model:convlstm",
            summary="ConvLSTM (Shi et al. 2015): layers of convolutional LSTM cells that predict the next frame",
            tags=("recurrent", "prediction"),
            parameters=PARAMETERS,
            bibtex=CONVLSTM,
        ),
        ModelSpec(
            "predrnn",
            load="harness_plugins.models.predictors.model:predrnn",
            summary="PredRNN (Wang et al. 2017, 2022): ST-LSTM cells, whose second memory zigzags through the layers",
            tags=("recurrent", "prediction"),
            parameters=PARAMETERS,
            bibtex=PREDRNN,
        ),
    ]


@hookimpl
def register_recipes() -> list[RecipeSpec]:
    return [
        RecipeSpec(
            "next_frame",
            load="harness_plugins.models.predictors.recipe:NextFrame",
            summary="prediction of the next frame of movies, step by step",
            tags=("recurrent", "prediction", "self-supervised"),
            parameters={
                "epochs": "passes through the movies",
                "batch_size": "movies in a batch",
                "loss": "squared (Wang et al. 2017), or entropy of pixels (Shi et al. 2015)",
                "rate": "learning rate at the beginning",
                "schedule": "cosine (ends at 0), one_cycle or constant",
                "clip": "largest norm of the gradient",
                "judged_from": "the first frame that is to be predicted, from 0",
            },
            bibtex=CONVLSTM,
            fast={"epochs": 1, "batch_size": 4},
        )
    ]
