"""What a model may ask for in a chat: plain functions, one gate, and nothing else.

finding, reading, todos, dates, drafts, elsewhere   the tools, by what they work on;  registry  the list of them
desk     what they work with: one mailbox, numbers for its messages, the stores, the clock, the user's words
tool     from a function to what a model sees, and back;  faces  how messages and dates stand in results
effects  what a tool may bring about, by class;  gate  the one rule on them;  hands  what performs them
plain_words   which tool the user's words ask for, by rules: for models that cannot choose one
"""
