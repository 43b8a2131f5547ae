"""Spanish words about time."""

TABLE = """
weekday 0: lunes, lun~
weekday 1: martes, mar~
weekday 2: miércoles, mié~
weekday 3: jueves, jue~
weekday 4: viernes, vie~
weekday 5: sábado, sáb~
weekday 6: domingo, dom~
month 1: enero, ene
month 2: febrero, feb
month 3: marzo, mar~
month 4: abril, abr
month 5: mayo
month 6: junio, jun
month 7: julio, jul
month 8: agosto, ago
month 9: septiembre, setiembre, sept, sep
month 10: octubre, oct
month 11: noviembre, nov
month 12: diciembre, dic
day 0: hoy
day 1: mañana
day 2: pasado mañana
day -1: ayer
day -2: anteayer, antes de ayer, antier
day 0, with 1: esta mañana
day 0, with 2: esta tarde
day 0, with 3: esta noche
day -1, with 4: anoche
part 1: por la mañana, de la mañana, en la mañana, a la mañana, temprano
part 2: por la tarde, de la tarde, en la tarde, a la tarde
part 3: por la noche, de la noche, en la noche, a la noche
part 1: de la madrugada
half 0: am, a.m., a.m, a. m.
half 1: pm, p.m., p.m, p. m.
noon: mediodía, al mediodía, a mediodía
midnight: medianoche
next: próximo, próxima
this: este, esta
last: pasado, último, última
postnext: próximo, próxima
postcoming: que viene, entrante, que entra
postlast: pasado, pasada
unit 0: minuto, min
unit 1: hora
unit 2: día
unit 3: semana
unit 4: mes
unit 5: año
unit 6: día hábil, día laborable
unit 8: trimestre
unit 9: fin de semana, finde
units 0: minutos
units 1: horas
units 2: días
units 3: semanas
units 4: meses
units 5: años
units 6: días hábiles, días laborables
minutes 30: media hora
minutes 90: hora y media, una hora y media
minutes 15: un cuarto de hora, cuarto de hora
minutes 45: tres cuartos de hora
in: en, dentro de, de aquí a
within: en los próximos, en las próximas, en un plazo de
agopre: hace
since: desde, desde el
by: antes de, antes del, hasta, hasta el, a más tardar, a más tardar el, para el, antes de la, para la, hasta la,
 para, antes de el, fecha límite, como muy tarde, como muy tarde el
bypost: a más tardar, como muy tarde, como máximo
on: el, la, de, del, al, para, lo
is: es
at: a las, a la, sobre las, hacia las, tipo, desde las, hasta las, antes de las, antes de la, las, la, después de
 las, para las, @
glue: quizás, mejor, en punto, aproximadamente, alrededor de, como
from: de, desde, entre, del, desde el
between: entre
to: a, al, hasta, hasta el, hasta las, a las, a la
and: y, e
or: o, u
during: en, de, para, durante, hasta, este, el, antes de, desde
every: cada, todos los, todas las, los
end: fin de, finales de, final de, a finales de, fines de, fin del, final del, finales del, el final de, el final del
close 2: final del día, fin del día, el final del día, final de la jornada, fin de la jornada, eod
close 3: fin de la semana, final de la semana, el final de la semana, finales de semana
close 4: fin de mes, final de mes, finales de mes, fin del mes, el fin de mes
close 5: fin de año, final de año, finales de año, fin del año
oclock 0: h, hs, hrs, horas, hora
posthour 30: y media
posthour 15: y cuarto
posthour -15: menos cuarto
posthour 10: y diez
posthour 20: y veinte
posthour 5: y cinco
posthour -10: menos diez
posthour -5: menos cinco
posthour -20: menos veinte
a: un, una
number: cero, una, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, diez, once, doce
number 1: uno
number 15: quince
number 20: veinte
number 30: treinta
ordinal: cero, primero, segundo
move: mover, movido, mueve, cambiar, cambiado, cambia, aplazar, aplazado, posponer, pospuesto, pasar, adelantar
none: buen fin de semana, feliz fin de semana, un día, hoy en día, buenos días, algún día, de hoy en adelante, el
 otro día
number_of: sala, versión, página, páginas, capítulo, sección, punto, puntos, número, piso, paso, pasos, línea,
 vuelo, puerta, nivel, aula, núm
stop: el, la, los, las, de, del, que, y, es, en, un, una, no, por, para, con, se, lo, me, te, nos, si, puedes,
 podemos, podría, podrías, favor, gracias, vemos, reunión, cita, al, su, mi, tu, te, necesito, enviar, envío, mando,
 manda, está, viene, hay, a, quedamos, bien, como, pero, muy, hola, qué, tengo
cw: semana
weekof: semana del
daynumber: día
dayof: el
part 5: del mediodía
by: antes de las, antes de la, hasta las, hasta la, para las
habit: sábados, domingos
"""
