"""Everything that can leave, and what keeps the rest here.

lock        the kernel's no to this process (seccomp: its filter);  switch: the offline switch
door        the line to the process that sends, seen from here;  frames: what is said on it
broker      that process: asks, writes down, sends;  listener: the core, seen from there;  fetching: downloads there
rules       what it may do, read as it starts;  consent: the user's standing word;  token: the key
approval    the question, with a preview made from the final bytes;  rendering: JSON as lines to read
ledger      what left, hash-chained;  records: the fields;  verify: whether it is whole;  disk;  budget: what it cost
https       one request;  download, part: one file
cloud       the model elsewhere as a Model;  wire: what is said to it;  stream, sse, replies, listing: what it says
"""
