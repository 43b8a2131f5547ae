"""Dates from words, meetings, and calendars: what is said about time, and what other programs read of it.

event       a meeting as we make it; the one value the rest of the package passes around
words       phrases about time in nine languages, and what each can mean;  phrases: how they are read
saying      times in words of ours
itip        an event as iCalendar bytes: REQUEST, CANCEL, REPLY (RFC 5545, 5546);  repeating: series
imip        such bytes as mail (RFC 6047);  scheduling: who tells those invited
drafting    from an event to a draft for the outbox, and back;  meetings: what those drafts add up to
check       all that must hold of such bytes, before each sending and in tests (check_lines, check_event)
reading     what others sent us: any .ics, bounded, never trusted;  claims: whether it is from whom it says
zones       time zones by name and as compact rules;  defined, windows: those that others define or name
folder      calendars on this computer (vdir);  entries, entry: their events;  storing: how they are kept
expand      when events take place;  recurrence: by which rules;  busy: what is taken, and what is free
content     the lines all of these are made of;  records, meeting_records: JSON
"""
