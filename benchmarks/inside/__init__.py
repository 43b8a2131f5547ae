"""What runs in a process of its own and prints one JSON object: the parts of ours that are timed, and the baselines."""
