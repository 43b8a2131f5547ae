"""Dates from words, meetings, and calendars: what is said about time, and what other programs read of it.

event       a meeting as we make it; the one value the rest of the package passes around
words       phrases about time in nine languages, and what each can mean (dates, spans, weekdays, clock times)
itip        an event as iCalendar bytes: REQUEST, CANCEL, REPLY (RFC 5545, 5546); imip: as mail (RFC 6047)
check       everything that must hold of such bytes, before each sending and in tests
reading     what others sent us: any .ics, bounded, never trusted
folder      calendars on this computer (vdir); busy: what is taken, and what is free
"""
