"""Italian words about time."""

TABLE = """
weekday 0: lunedì, lun~
weekday 1: martedì, mar~
weekday 2: mercoledì, mer~
weekday 3: giovedì, gio~
weekday 4: venerdì, ven~
weekday 5: sabato, sab~
weekday 6: domenica, dom~
month 1: gennaio, gen
month 2: febbraio, feb
month 3: marzo, mar~
month 4: aprile, apr
month 5: maggio, mag
month 6: giugno, giu
month 7: luglio, lug
month 8: agosto, ago
month 9: settembre, sett, set~
month 10: ottobre, ott
month 11: novembre, nov
month 12: dicembre, dic
day 0: oggi
day 1: domani
day 2: dopodomani, dopo domani
day -1: ieri
day -2: l'altro ieri, altroieri
day 0, with 1: stamattina, stamani, questa mattina
day 0, with 2: questo pomeriggio, oggi pomeriggio
day 0, with 3: stasera, questa sera
day 0, with 4: stanotte, questa notte
part 1: mattina, di mattina, del mattino, mattino, la mattina, della mattina, in mattinata
part 2: pomeriggio, di pomeriggio, del pomeriggio, nel pomeriggio, il pomeriggio
part 3: sera, di sera, della sera, la sera, in serata
part 4: notte, di notte
noon: mezzogiorno, a mezzogiorno
midnight: mezzanotte
next: prossimo, prossima
this: questo, questa, quest'
last: scorso, scorsa
postnext: prossimo, prossima
postcoming: che viene, entrante
postlast: scorso, scorsa, passato, passata
unit 0: minuto, min
unit 1: ora
unit 2: giorno
unit 3: settimana
unit 4: mese
unit 5: anno
unit 6: giorno lavorativo
unit 8: trimestre
unit 9: fine settimana, weekend, week-end, finesettimana
units 0: minuti
units 1: ore
units 2: giorni
units 3: settimane
units 4: mesi
units 5: anni
units 6: giorni lavorativi
minutes 30: mezz'ora, mezzora
minutes 90: un'ora e mezza, ora e mezza
minutes 15: un quarto d'ora
minutes 45: tre quarti d'ora
in: tra, fra
within: entro, nei prossimi, nelle prossime, entro i prossimi, entro le prossime
ago: fa
since: da, dal, dall', dalla
by: entro, entro il, entro la, entro l', prima di, prima del, prima della, fino a, fino al, entro e non oltre, entro
 e non oltre il, non oltre, al più tardi, scadenza, per il
bypost: al più tardi
on: il, la, l', di, del, della, dell', per, nel, lo
is: è
at: alle, all', alle ore, ore, verso le, dalle, dall', entro le, prima delle, le, fino alle, dopo le, intorno alle,
 per le, a, @
glue: magari, forse, circa, in punto, preferibilmente
from: da, dal, dalle, tra, fra, dall'
between: tra, fra, tra le, fra le
to: a, al, alle, all', fino a, fino al, fino alle
and: e, ed
or: o, oppure
during: in, a, entro, nel, per, di, durante, entro il, prima di, il, al
every: ogni, tutti i, tutte le
end: fine, fine del, fine della, la fine di, la fine del, la fine della, fine di
close 2: fine giornata, fine della giornata, fine del giorno, la fine della giornata, eod
close 3: fine della settimana, la fine della settimana
close 4: fine mese, fine del mese, la fine del mese
close 5: fine anno, fine dell'anno, la fine dell'anno
oclock 0: h, ore, ora
posthour 30: e mezza, e mezzo
posthour 15: e un quarto
posthour -15: meno un quarto
posthour 10: e dieci
posthour 20: e venti
posthour -10: meno dieci
posthour -5: meno cinque
posthour -20: meno venti
a: un, una, un'
number: zero, una, due, tre, quattro, cinque, sei, sette, otto, nove, dieci, undici, dodici
number 1: uno
number 15: quindici
number 20: venti
number 30: trenta
ordinal: zero, primo, secondo
move: spostare, spostato, spostata, spostiamo, rinviare, rinviato, rinviata, anticipare, posticipare, posticipato
none: buon fine settimana, buon weekend, un giorno, buona giornata, buona serata, alla fine, al giorno d'oggi
number_of: sala, versione, pagina, pagine, capitolo, sezione, punto, punti, numero, piano, passo, riga, volo,
 livello, aula, stanza
stop: il, lo, la, i, gli, le, di, del, della, che, e, è, un, una, per, non, con, si, ci, mi, ti, vi, possiamo, puoi,
 potete, potresti, grazie, vediamo, sentiamo, riunione, incontro, al, alle, se, ho, hai, sono, invio, mando, manda,
 inviare, serve, va, bene, anche, nel, ma, ciao, entro, ore
cw: settimana
weekof: settimana del
dayof: il
by: entro le, prima delle, fino alle, per le
"""
