"""Programs that run in another's environment, or stand for ours beside it."""
