"""Which model answers, and what may leave this computer for it.

`policy` decides from `facts`, which name everything a decision may rest on. `routed` makes a Model of a local and a
cloud one: `redact` finds what is private, `codes` puts placeholders in its place and takes them out again, `walk`
reaches every string of a request, `confidence` says how likely a local answer is right. Nothing here can send.
"""
