"""German words about time."""

TABLE = """
weekday 0: montag, mo~
weekday 1: dienstag, di~
weekday 2: mittwoch, mi~
weekday 3: donnerstag, do~
weekday 4: freitag, fr~
weekday 5: samstag, sonnabend, sa~
weekday 6: sonntag, so~
month 1: januar, jänner, jan
month 2: februar, feber, feb
month 3: märz, mrz
month 4: april, apr
month 5: mai
month 6: juni, jun
month 7: juli, jul
month 8: august, aug
month 9: september, sept, sep
month 10: oktober, okt
month 11: november, nov
month 12: dezember, dez
day 0: heute
day 1, part 1: morgen
day 2: übermorgen
day -1: gestern
day -2: vorgestern
part 1: früh, vormittag, vormittags, am vormittag, am morgen, morgens, in der früh
part 2: nachmittag, nachmittags, am nachmittag
part 3: abend, abends, am abend
part 4: nacht, nachts, in der nacht
compound 5: mittag
part 5: mittag
noon: mittags, mittag, am mittag, zu mittag
midnight: mitternacht
next: nächster, nächsten, nächste, nächstes, nächstem
this: dieser, diesen, diese, dieses, diesem
coming: kommender, kommenden, kommende, kommendes, kommendem
last: letzter, letzten, letzte, letztes, letztem, vergangenen, vergangene, vergangener, vorigen, vorige, voriger
week 2: übernächste woche, übernächster woche
unit 0: minute, min
unit 1: stunde, std
unit 2: tag
unit 3: woche
unit 4: monat
unit 5: jahr
unit 6: arbeitstag, werktag
unit 8: quartal
unit 9: wochenende
units 0: minuten
units 1: stunden
units 2: tage, tagen
units 3: wochen
units 4: monate, monaten
units 5: jahre, jahren
units 6: arbeitstage, arbeitstagen, werktage, werktagen
minutes 30: einer halben stunde, eine halbe stunde, halbe stunde, halben stunde
minutes 90: anderthalb stunden, eineinhalb stunden
minutes 15: einer viertelstunde, eine viertelstunde, viertelstunde
minutes 45: einer dreiviertelstunde, eine dreiviertelstunde, dreiviertelstunde
in: in
within: innerhalb von, innerhalb der nächsten, innerhalb, binnen, in den nächsten
agopre: vor
since: seit, seit dem
by: bis, bis zum, bis spätestens, bis spätestens zum, spätestens, spätestens am, spätestens bis, vor, vor dem, bis
 zu, deadline, bis einschließlich, bis inklusive
bypost: spätestens
on: am, an, den, dem, der, des, vom, zum, im, für, ab
is: ist
at: um, gegen, ca., circa, ungefähr, ab, so um, etwa um, bis, vor, bis spätestens, nach
glue: vielleicht, eventuell, spätestens, also, pünktlich, gerne, ca
from: von, vom, zwischen, ab
between: zwischen
to: bis, bis zum, auf
and: und
or: oder
during: im, in, bis, am, übers, bis zum, seit, vom, ende, über das
every: jeder, jeden, jede, jedes, jedem, immer
end: ende, ende des, ende der, ende vom, zum ende des, zum ende der
close 2: ende des tages, tagesende, dienstschluss, büroschluss, feierabend, geschäftsschluss, eod, cob
close 3: ende der woche, eow
close 4: monatsende, ende des monats, eom
close 5: jahresende, ende des jahres
close 8: quartalsende, ende des quartals
oclock 0: uhr, h
prehour -30: halb
prehour 15: viertel nach
prehour -15: viertel vor, dreiviertel
prehour 5: fünf nach
prehour 10: zehn nach
prehour 20: zwanzig nach
prehour -5: fünf vor
prehour -10: zehn vor
prehour -20: zwanzig vor
a: ein, eine, einem, einer, einen
number: null, eins, zwei, drei, vier, fünf, sechs, sieben, acht, neun, zehn, elf, zwölf
number 14: vierzehn
number 15: fünfzehn
number 20: zwanzig
number 30: dreißig
ordinal: nullten, ersten, zweiten, dritten, vierten, fünften, sechsten, siebten, achten, neunten, zehnten
move: verschieben, verschoben, verschiebe, verlegen, verlegt, verlege, ändern, geändert, verschiebt
none: guten morgen, guten abend, guten tag, gute nacht, schönes wochenende, schönen abend, schönen tag, eines tages,
 heutzutage, alle jahre
number_of: raum, zimmer, version, abschnitt, kapitel, seite, seiten, nr, nummer, punkt, punkte, gleis, stufe, teil,
 phase, zeile, tabelle, folie, folien, etage, stock, gate
stop: der, die, das, und, ist, nicht, wir, ich, sie, du, mir, uns, dir, euch, bitte, es, ein, eine, einen, zu, mit,
 für, auf, den, dem, können, kannst, könnten, wie, wäre, würde, passt, treffen, sehen, schicke, geht, hast, habe,
 haben, bin, im, am, um, bis, oder, auch, noch, dann, wenn, dass, ob, sich, von, zum, zur, bei, dein, mein, kein,
 passen, sprechen, telefonieren
cw: kw, kalenderwoche, woche
weekof: woche vom, woche ab, woche ab dem
dayon: am, zum, vom, den
habit: montags, dienstags, mittwochs, donnerstags, freitags, samstags, sonntags
"""
