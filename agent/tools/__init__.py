"""What a model may ask for in a chat: plain functions, one gate, and nothing else.

effects  what a tool may bring about, by class;  gate  the one rule on them;  tool  from a function to what a model sees
"""
