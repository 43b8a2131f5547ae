"""Portuguese words about time."""

TABLE = """
weekday 0: segunda-feira, segunda~, seg~, segunda feira
weekday 1: terça-feira, terça~, ter~, terça feira
weekday 2: quarta-feira, quarta~, qua~, quarta feira
weekday 3: quinta-feira, quinta~, qui~, quinta feira
weekday 4: sexta-feira, sexta~, sex~, sexta feira
weekday 5: sábado, sáb~
weekday 6: domingo, dom~
month 1: janeiro, jan
month 2: fevereiro, fev
month 3: março, mar~
month 4: abril, abr
month 5: maio, mai~
month 6: junho, jun
month 7: julho, jul
month 8: agosto, ago
month 9: setembro, set~
month 10: outubro, out~
month 11: novembro, nov
month 12: dezembro, dez~
day 0: hoje
day 1: amanhã
day 2: depois de amanhã
day -1: ontem
day -2: anteontem
day 0, with 1: hoje de manhã, esta manhã
day 0, with 2: hoje à tarde, esta tarde
day 0, with 3: hoje à noite, esta noite
part 1: de manhã, da manhã, pela manhã, na parte da manhã
part 2: à tarde, da tarde, de tarde, na parte da tarde
part 3: à noite, da noite, de noite
part 1: da madrugada
noon: meio-dia, meio dia, ao meio-dia
midnight: meia-noite, meia noite
next: próximo, próxima
this: este, esta, nesta, neste, desta, deste, essa, esse
last: último, última, passado, passada
postnext: próximo, próxima, que vem
postlast: passado, passada
unit 0: minuto, min
unit 1: hora
unit 2: dia
unit 3: semana
unit 4: mês
unit 5: ano
unit 6: dia útil
unit 8: trimestre
unit 9: fim de semana, fim-de-semana, final de semana
units 0: minutos
units 1: horas
units 2: dias
units 3: semanas
units 4: meses
units 5: anos
units 6: dias úteis
minutes 30: meia hora
minutes 90: uma hora e meia, hora e meia
minutes 15: um quarto de hora
in: em, daqui a, dentro de, daqui
within: nos próximos, nas próximas, em até, num prazo de
ago: atrás
agopre: há
since: desde, desde a, desde o
by: até, até a, até à, até ao, até o, antes de, antes da, antes do, para, no máximo até, o mais tardar, prazo, até
 às, até as
bypost: no máximo, o mais tardar, o mais tardar até
on: o, a, na, no, de, da, do, em, dia, no dia, ao, para
is: é
at: às, as, à, ao, por volta das, pelas, das, até às, até as, antes das, a partir das, lá pelas, depois das, @
glue: talvez, em ponto, mais ou menos, por volta, de preferência
from: de, das, da, do, entre, desde, entre as, entre a, entre o
between: entre, entre as
to: a, à, às, as, até, ao, até às, até as
and: e
or: ou
during: em, de, até, durante, no, para, este, antes de, desde
every: cada, todo, toda, todos os, todas as, aos, às
end: fim de, final de, fim do, final do, fim da, final da, fins de, o fim de, o final de, o fim do, o final do
close 2: fim do dia, final do dia, fim do expediente, o fim do dia, o final do dia
close 3: fim da semana, final da semana, o fim da semana, o final da semana
close 4: fim do mês, final do mês, o fim do mês, o final do mês
close 5: fim do ano, final do ano, o fim do ano, o final do ano
oclock 0: h, hrs, horas, hora
posthour 30: e meia
posthour 15: e quinze, e um quarto
posthour 10: e dez
posthour 20: e vinte
a: um, uma
number: zero, uma, duas, três, quatro, cinco, seis, sete, oito, nove, dez, onze, doze
number 2: dois
number 15: quinze
number 20: vinte
number 30: trinta
ordinal: zero, primeiro, segundo
move: mudar, mudado, mudada, adiar, adiado, adiada, remarcar, remarcado, remarcada, passar, antecipar
none: bom fim de semana, ótimo fim de semana, bom dia, boa tarde, boa noite, um dia, hoje em dia, em segunda,
 segunda parte, segunda vez
number_of: sala, versão, página, páginas, capítulo, seção, ponto, pontos, número, andar, passo, linha, voo, portão,
 nível
stop: o, a, os, as, de, do, da, que, e, é, um, uma, não, para, com, em, no, na, se, me, te, nos, você, vocês, pode,
 podemos, podes, poderia, obrigado, obrigada, favor, reunião, por, ao, até, preciso, enviar, envio, mando, está,
 tem, temos, isso, bem, mas, olá, oi, vamos, encontro, consegue, às, tudo, já, estou
cw: semana
weekof: semana de, semana do dia
daynumber: dia, no dia, ao dia
by: até às, até as, antes das
habit: segundas, terças, quartas, quintas, sextas, sábados, domingos, segundas-feiras, terças-feiras,
 quartas-feiras, quintas-feiras, sextas-feiras
"""
