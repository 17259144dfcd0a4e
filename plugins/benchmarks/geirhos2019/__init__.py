"""Shape against texture: cue-conflict images, edges and silhouettes with the answers of people (Geirhos et al. 2019)."""
