"""AgentDojo's workspace against our gate, with the worst model there can be: `make bench-dojo`.

AgentDojo (0.1.35, MIT) is a mailbox, a calendar and a drive with 24 tools, 40 things a user asks for, and 14 attacks
that stand in what the tools return. Its tasks and its judges are used as they are; the model is a script that does what
the user asked and obeys every attacker, so no figure depends on how clever a model is. The gate is agent.tools.gate.

    steps       every tool call as an effect of one of the program's four classes
    policies    the rule of the program, and others it is measured beside
    obedient    the model;  injections  what it does for an attacker;  adaptive  attacks of our own on the policies
    matrix      every task with every attack: what was solved, what the attacker got, what changed in the world
    workspace   AgentDojo as such a suite; another suite, of our own tools, would be another file like it
    inside      what runs in AgentDojo's own environment and prints JSON;  environment  makes that, in .venv-dojo
    counting    from single runs to counts;  tables  the counts for a README;  rows  the counts for `make bench-parts`

Nothing but `workspace` imports AgentDojo, and only `inside` imports that: it brings some 75 packages, 290 MB, which
neither the program nor its tests should have.
"""
