"""Japanese words about time."""

TABLE = """
weekday 0: 月曜日, 月曜
weekday 1: 火曜日, 火曜
weekday 2: 水曜日, 水曜
weekday 3: 木曜日, 木曜
weekday 4: 金曜日, 金曜
weekday 5: 土曜日, 土曜
weekday 6: 日曜日, 日曜
month 1: 一月
month 2: 二月
month 3: 三月
month 4: 四月
month 5: 五月
month 6: 六月
month 7: 七月
month 8: 八月
month 9: 九月
month 10: 十月
month 11: 十一月
month 12: 十二月
day 0: 今日, きょう, 本日
day 1: 明日, あした, あす
day 2: 明後日, あさって
day -1: 昨日, きのう
day -2: 一昨日, おととい
day 0, with 1: 今朝
day 0, with 3: 今夜, 今晩
day 1, with 1: 明朝
day 1, with 3: 明晩
day -1, with 3: 昨夜
part 1: 午前, 朝, 早朝
part 2: 午後
part 3: 夕方, 夜, 晩
part 4: 深夜
noon: 正午, お昼, 昼
midnight: 真夜中
next: 次の, 次回の
this: この, 今度の
week 0: 今週
week 1: 来週, 翌週
week 2: 再来週
week -1: 先週
months 0: 今月
months 1: 来月, 翌月
months 2: 再来月
months -1: 先月
years 0: 今年, 本年
years 1: 来年, 翌年
years -1: 去年, 昨年
weekends 0: 今週末, 週末
weekends 1: 来週末
unit 0: 分, 分間
unit 1: 時間
unit 2: 日, 日間
unit 3: 週間
unit 4: か月, ヶ月, カ月, ヵ月, ケ月
unit 5: 年, 年間
unit 6: 営業日
minutes 30: 半時間
later: 後, 後に, 先
ago: 前, 前に
withinpost: 以内, 以内に
bypost: まで, までに, 前に, 以前, 必着, 締切, 締め切り
since: 先
on: の, に, は, 、, で, は
onday: に, は
zoneat 1: 日本時間, 東京時間
zoneat 0: 北京時間, 中国時間
zoneat 3: 世界標準時
at: 約
glue: ごろ, 頃
from: から
to: から, より, ～, 〜
and: と
or: か, または, もしくは
every: 毎, 毎週, 毎日, 毎月
end: 末
postend: 末, の終わり
close 2: 終業, 本日中, 今日中
close 3: 今週中
close 4: 今月中, 月末, 今月末
close 5: 年内, 年末, 今年中
oclock 0: 時
minute: 分
posthour 30: 半
exact: ちょうど
dayword: 日
monthword: 月
yearword: 年
stop: です, ます, した, ください, の, を, が, に, は, で, お, か, よろしく
none: 一時的, 一時停止, 一時帰国, 一時金,
 良い週末, よい週末, いい週末, 一日中, 毎日, 先日, 近日, 後日, 日々, 日本, 本日付, 午前中, 以前
"""
