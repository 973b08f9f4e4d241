"""Data: images, texts, bundled data sets, datasets of TensorFlow."""
