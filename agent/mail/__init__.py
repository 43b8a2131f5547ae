"""Any mailbox to Message.

mailbox     what a mailbox is: open_mailbox(path) sniffs; heads() is cheap, read() is whole
sniff       what bytes are, from how they begin
mbox, maildir, files, stdin, lines    one reader per way mail is kept; lines: our own JSON Lines
source, separator, takeout     bytes by offset; where an mbox's messages begin; an mbox inside a zip
head, headers, addresses, dates       header bytes to Head
parse, mime, payload, charset         bytes of one message to Message: MIME, attachments, limits
body, html, zones              the text a person wrote: HTML to text, quotes and signatures set apart
markup, css, hidden, layout    what html is made of: safe markup, what styles hide, text from boxes
marks, smallprint, language    phrases of quotes and disclaimers by language; which language a text is in
message     the values all of these share
threads     which messages belong together
people      who "me" is
when, terms, query             dates and searches as people type them
handles, locate, select        which messages the user means; several: the files of a list as one mailbox
records     messages as JSON, printed and read back

And mail of ours:

origin      the message it is made from;  heading, header_values: its head;  check_head: what must hold of that
reply       a plain reply as bytes;  reply_text: its words;  check_reply: all that must hold of it before it leaves
"""
