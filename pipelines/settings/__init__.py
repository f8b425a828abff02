"""Where settings come from; what they are is `pipelines.config`."""
