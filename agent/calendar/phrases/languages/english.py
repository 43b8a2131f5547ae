"""English words about time."""

TABLE = """
weekday 0: monday, mon~
weekday 1: tuesday, tues, tue
weekday 2: wednesday, weds, wed~
weekday 3: thursday, thurs, thur, thu
weekday 4: friday, fri
weekday 5: saturday, sat~
weekday 6: sunday, sun~
month 1: january, jan
month 2: february, feb
month 3: march~, mar~
month 4: april, apr
month 5: may~
month 6: june, jun
month 7: july, jul
month 8: august, aug
month 9: september, sept, sep
month 10: october, oct
month 11: november, nov
month 12: december, dec
day 0: today
day 1: tomorrow, tmrw, tomorow, tommorow, tommorrow
day 2: day after tomorrow, overmorrow
day -1: yesterday
day -2: day before yesterday
day 0, with 3: tonight, tonite
day -1, with 4: last night
part 1: morning, in the morning, first thing in the morning
part 2: afternoon, in the afternoon
part 3: evening, in the evening
part 4: night, at night
half 0: am, a.m., a.m
half 1: pm, p.m., p.m
noon: noon, midday, high noon
midnight: midnight
next: next
this: this
coming: coming, this coming, the coming, upcoming
last: last
week 2: week after next
unit 0: minute, min
unit 1: hour, hr
unit 2: day
unit 3: week
unit 4: month
unit 5: year
unit 6: business day, working day, work day, workday
unit 7: fortnight
unit 8: quarter
unit 9: weekend
units 0: minutes, mins
units 1: hours, hrs
units 2: days
units 3: weeks, wks
units 4: months
units 5: years
units 6: business days, working days, work days, workdays
units 7: fortnights
minutes 30: half an hour, a half hour, half hour
minutes 90: an hour and a half, one and a half hours
minutes 15: a quarter of an hour
minutes 45: three quarters of an hour
in: in
within: within, within the next, in the next, inside the next
ago: ago
later: from now, hence, from today
offset: from
since: since
by: by, before, until, till, til, no later than, not later than, due, due by, due on, deadline
bypost: at the latest, latest
on: on, not before, no earlier than, not earlier than, the, of, for, due
is: is, are
at: at, around, @, about, approximately, ca., starting at, after, before, by, until, till
glue: maybe, perhaps, say, about, preferably, sharp, starting, latest
from: from, between
between: between
to: to, until, till, through, thru, til
and: and, &
or: or
during: in, during, of, by, until, before, since, over, at the, over the, for
every: every, each
end: end of, end of the, the end of, the end of the, close of
close 2: eod, cob, close of business, end of day, end of the day, end of business, end of business day, close of
 play, end of play, end of the working day, end of the business day
close 3: eow, end of week, end of the week
close 4: eom, end of month, end of the month
close 5: eoy, end of year, end of the year, year end, year-end
close 8: eoq, end of quarter, end of the quarter
oclock 1: o'clock, oclock
oclock 0: h
prehour 30: half past, half
prehour 15: quarter past, a quarter past, quarter after
prehour -15: quarter to, a quarter to, quarter before
prehour 10: ten past
prehour 5: five past
prehour 20: twenty past
prehour -10: ten to
prehour -5: five to
prehour -20: twenty to
a: a, an, one
number: zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve
number 15: fifteen
number 20: twenty
number 30: thirty
ordinal: zeroth, first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth
move: move, moved, moving, reschedule, rescheduled, shift, shifted, postpone, postponed, push, pushed, change,
 changed, bring, brought
none: black friday, good friday, cyber monday, easter monday, easter sunday, ash wednesday, super tuesday, per
 second, may be, may not, one day, some day, the other day, these days, day to day
number_of: room, version, v, release, build, section, chapter, page, pages, item, items, step, steps, no, number,
 extension, ext, gate, flight, floor, suite, apt, line, ticket, invoice, part, phase, table, figure, level, option,
 slide, slides, question, questions, point, points, score
stop: we, you, the, to, that, is, it, and, i, this, for, with, can, could, would, will, please, are, have, not, our,
 your, let, us, meet, works, so, if, or, then, there, when, because, as, me, be, my, by, do, does, just, also, but
cw: calendar week, week, cw
weekof: week of, week of the, week commencing, week beginning, week starting
weekon: week
beyond: after next
habit: mondays, tuesdays, wednesdays, thursdays, fridays, saturdays, sundays
"""
