"""Everything that can leave, and what keeps the rest here.

lock        the kernel's no to this process (seccomp: its filter);  switch: the offline switch
door        the line to the process that sends, seen from here;  frames: what is said on it
broker      that process: asks, writes down, sends;  listener: the core, seen from there;  fetching: downloads there
mailing     a draft of the outbox there: shown, asked about, sent;  recipients: who is new;  mail_preview: what is shown
rules       what it may do, read as it starts;  consent: the user's standing word;  secrets: keys and passwords
approval    the question, with a preview made from the final bytes;  rendering: JSON as lines to read
ledger      what left, hash-chained;  records: the fields;  verify: whether it is whole;  budget: what it cost
https       one request;  smtp: one mail;  imap, sent: the copy of one;  caldav: one event;  download, part: one file
connecting  what all of these connections have in common
cloud       the model elsewhere as a Model;  wire: what is said to it;  stream, sse, replies, listing: what it says
"""
