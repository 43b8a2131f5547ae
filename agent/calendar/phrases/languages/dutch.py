"""Dutch words about time."""

TABLE = """
weekday 0: maandag, ma~
weekday 1: dinsdag, di~
weekday 2: woensdag, wo~
weekday 3: donderdag, do~
weekday 4: vrijdag, vr~
weekday 5: zaterdag, za~
weekday 6: zondag, zo~
month 1: januari, jan
month 2: februari, feb
month 3: maart, mrt
month 4: april, apr
month 5: mei
month 6: juni, jun
month 7: juli, jul
month 8: augustus, aug
month 9: september, sept, sep
month 10: oktober, okt
month 11: november, nov
month 12: december, dec
day 0: vandaag
day 1, part 1: morgen
day 1, with 1: morgenochtend, morgenvroeg
day 1, with 2: morgenmiddag
day 1, with 3: morgenavond
day 2: overmorgen
day -1: gisteren
day -2: eergisteren
day 0, with 1: vanmorgen, vanochtend
day 0, with 2: vanmiddag
day 0, with 3: vanavond
day 0, with 4: vannacht
part 1: ochtend, 's ochtends, 's morgens, in de ochtend
part 2: middag, 's middags, in de middag
part 3: avond, 's avonds, in de avond
part 4: nacht, 's nachts
noon: twaalf uur 's middags, 12 uur 's middags, tussen de middag
midnight: middernacht
next: volgende, volgend
this: deze, dit
coming: komende, komend, aanstaande, eerstkomende
last: vorige, vorig, afgelopen
postcoming: aanstaande, a.s., as.
week 2: week na volgende week, over twee weken op
unit 0: minuut, min
unit 1: uur
unit 2: dag
unit 3: week
unit 4: maand
unit 5: jaar
unit 6: werkdag
unit 8: kwartaal
unit 9: weekend, weekeinde
units 0: minuten
units 1: uren
units 2: dagen
units 3: weken
units 4: maanden
units 5: jaren
units 6: werkdagen
minutes 30: een half uur, half uur
minutes 90: anderhalf uur
minutes 15: een kwartier, kwartier
minutes 45: drie kwartier
in: over
within: binnen, binnen de, in de komende, de komende, binnen nu en
ago: geleden
since: sinds, vanaf, sedert
by: vóór, voor, tot, tot en met, uiterlijk, uiterlijk op, tegen, niet later dan, t/m, deadline
bypost: uiterlijk
on: op, de, het, van, voor, in
is: is
at: om, rond, omstreeks, vanaf, tegen, voor, vóór, tot, uiterlijk om, na
glue: misschien, eventueel, liefst, ongeveer, stipt, precies
from: van, tussen, vanaf
between: tussen
to: tot, tot en met, t/m, naar
and: en
or: of
during: in, voor, tot, eind, sinds, uiterlijk, van, het, in het
every: elke, elk, iedere, ieder
end: eind, einde, eind van de, einde van de, het einde van de, het eind van de, einde van het, eind van het
close 2: einde van de dag, eind van de dag, het einde van de dag, het eind van de dag, einde dag, einde werkdag, eod
close 3: einde van de week, eind van de week, het einde van de week, het eind van de week
close 4: einde van de maand, eind van de maand, het eind van de maand, het einde van de maand, maandeinde
close 5: einde van het jaar, eind van het jaar, het eind van het jaar, het einde van het jaar
oclock 0: uur, u, h
prehour -30: half
prehour 15: kwart over
prehour -15: kwart voor
prehour 5: vijf over
prehour 10: tien over
prehour 20: twintig over
prehour -5: vijf voor
prehour -10: tien voor
prehour -20: twintig voor
a: een, één
number: nul, een, twee, drie, vier, vijf, zes, zeven, acht, negen, tien, elf, twaalf
number 15: vijftien
number 20: twintig
number 30: dertig
ordinal: nulde, eerste, tweede
move: verplaatsen, verplaatst, verzetten, verzet, verschuiven, verschoven, uitstellen, uitgesteld
none: goede morgen, fijn weekend, prettig weekend, goed weekend, fijne dag, fijne avond, op een dag, per dag
number_of: zaal, kamer, versie, hoofdstuk, pagina, punt, punten, nummer, nr, stap, stappen, regel, vlucht,
 verdieping, lokaal, spoor
stop: de, het, een, en, is, niet, we, ik, je, jij, u, jullie, wij, kun, kunt, kunnen, kan, zou, graag, voor, van,
 met, op, om, dat, die, te, naar, bij, ook, nog, dan, als, of, zijn, ben, heb, hebt, hebben, stuur, sturen,
 afspreken, vergadering, dank, bedankt, mij, ons, jou, uiterlijk, lukt, past, wil, maar, wat, al, aan, uit, er, hoi,
 weten, bellen
cw: week
weekof: week van
habit: maandags, dinsdags, woensdags, donderdags, vrijdags, zaterdags, zondags
"""
