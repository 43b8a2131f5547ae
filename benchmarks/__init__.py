"""Speed, memory and what attackers get, measured where you are: `make bench-parts`; `--quick` leaves out what is large.

    startup, listing, index, search, feed, starter, large   one measurement each: `measure(folder)` returns rows
    dojo/       AgentDojo, attacks on the gate, in an environment of its own: rows, and `make bench-dojo` a table
    figures     a row, the table of rows, and what is said of the machine
    child       runs a command and measures it: wall clock, CPU, peak memory, seconds until something is seen
    mailboxes   writes the mailboxes that are measured on; threads writes long threads, gguf the 3B-shaped model
    inside/     what runs in a process of its own: the engine, the header index, and the baselines

The baseline of every row is measured in the same run. Nothing here ships. What is generated (about 3.5 GB) is kept in
benchmarks/out, or in the folder LLAMA_AGENT_BENCH_DIR names, and used again; results go to benchmarks/out as JSON.
"""
