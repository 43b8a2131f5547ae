"""French words about time."""

TABLE = """
weekday 0: lundi, lun~
weekday 1: mardi, mar~
weekday 2: mercredi, mer~
weekday 3: jeudi, jeu~
weekday 4: vendredi, ven~
weekday 5: samedi, sam~
weekday 6: dimanche, dim~
month 1: janvier, janv
month 2: février, févr, fév
month 3: mars
month 4: avril, avr
month 5: mai
month 6: juin
month 7: juillet, juil
month 8: août
month 9: septembre, sept~
month 10: octobre, oct
month 11: novembre, nov
month 12: décembre, déc
day 0: aujourd'hui
day 1: demain
day 2: après-demain
day -1: hier
day -2: avant-hier
day 0, with 1: ce matin
day 0, with 2: cet après-midi, cette après-midi
day 0, with 3: ce soir
day 0, with 4: cette nuit
part 1: matin, du matin, le matin, au matin
part 2: après-midi, de l'après-midi, l'après-midi, dans l'après-midi
part 3: soir, du soir, le soir
part 4: nuit, de la nuit
noon: midi
midnight: minuit
next: prochain, prochaine, le prochain, la prochaine
this: ce, cet, cette
last: dernier, dernière
postnext: prochain, prochaine
postcoming: qui vient, à venir
postlast: dernier, dernière, passé, passée
unit 0: minute, min
unit 1: heure
unit 2: jour
unit 3: semaine
unit 4: mois
unit 5: an, année
unit 6: jour ouvré, jour ouvrable
unit 8: trimestre
unit 9: week-end, weekend, fin de semaine
units 0: minutes
units 1: heures
units 2: jours
units 3: semaines
units 4: mois
units 5: ans, années
units 6: jours ouvrés, jours ouvrables
minutes 30: une demi-heure, une demie heure, demi-heure
minutes 90: une heure et demie
minutes 15: un quart d'heure
minutes 45: trois quarts d'heure
in: dans, d'ici, sous
within: sous, d'ici, dans les
agopre: il y a
since: depuis, depuis le
by: avant, avant le, d'ici, d'ici à, d'ici le, d'ici au, au plus tard, au plus tard le, pour le, jusqu'à, jusqu'au,
 jusqu'à ce, avant la, d'ici la, date limite
bypost: au plus tard, dernier délai
on: le, la, l', de, du, au, des, pour, ce, d'
is: est
at: à, vers, dès, aux alentours de, autour de, avant, jusqu'à, de, après, @
glue: peut-être, plutôt, environ, précises
from: de, du, entre, dès
between: entre
to: à, au, jusqu'à, jusqu'au
and: et
or: ou
during: en, au mois de, courant, d'ici, avant, le, ce, ce mois de, pour, durant
every: chaque, tous les, toutes les
end: fin, fin de, fin du, la fin de, la fin du, fin d'
close 2: fin de journée, la fin de journée, la fin de la journée, fin de la journée, ce soir au plus tard, eod
close 3: fin de semaine, fin de la semaine, la fin de la semaine, la fin de semaine
close 4: fin du mois, la fin du mois, fin de mois
close 5: fin de l'année, la fin de l'année, fin d'année, la fin d'année
close 8: fin du trimestre, la fin du trimestre
oclock 0: h, heures, heure
posthour 30: et demie, et demi
posthour 15: et quart
posthour -15: moins le quart, moins quart
posthour -10: moins dix
posthour -5: moins cinq
posthour -20: moins vingt
a: un, une
number: zéro, une, deux, trois, quatre, cinq, six, sept, huit, neuf, dix, onze, douze
number 15: quinze
number 20: vingt
number 30: trente
ordinal: zéroième, premier, deuxième
move: déplacer, déplacé, déplacée, reporter, reporté, reportée, décaler, décalé, décalée, repousser, avancer
none: un jour, de nos jours, bon week-end, bonne journée, bonne soirée, bonne semaine, bonne fin de journée, bonne
 fin de semaine, mar a
number_of: salle, version, page, pages, chapitre, section, point, points, numéro, no, étage, étape, étapes, ligne,
 vol, porte, figure, tableau, niveau
stop: le, la, les, de, des, et, est, je, nous, vous, tu, il, elle, on, que, qui, pour, pas, un, une, dans, sur,
 avec, ce, cette, au, à, peut, pouvez, peux, merci, me, te, se, mon, ton, votre, notre, vos, rendez, réunion, voir,
 envoyer, ou, si, serait, être, suis, vers, jusqu, avant, rappelle, possible, du, ça, y, en, ne
cw: semaine
weekof: semaine du
weekon: en huit
habit: lundis, mardis, mercredis, jeudis, vendredis, samedis, dimanches
dayof: le
"""
