"""What is personal in a text, by checksums, by what we know already, and by shape; replaced by codes.

spans                where something stands, and what it can be
structured, secrets  numbers, addresses of the net; keys and passwords
known                names from heads, signatures and this computer
shapes, said, postal names, firms and places we never heard of: by form, by the words around them, as on an envelope
words, runs, common  words, runs of capitalised ones, and the words and names of languages and the world
detect               all of them, as spans that do not overlap
residual, describes  what may still tell something afterwards; somebody meant and not named
redactor             the whole of it, on one text after another
"""
