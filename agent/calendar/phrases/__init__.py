"""Words about time: what they are in nine languages, how they make phrases, and what phrases mean."""
