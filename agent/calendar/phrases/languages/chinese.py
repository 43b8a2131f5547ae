"""Chinese words about time, in both scripts."""

TABLE = """
weekday 0: 周一, 星期一, 礼拜一, 週一, 禮拜一
weekday 1: 周二, 星期二, 礼拜二, 週二, 禮拜二
weekday 2: 周三, 星期三, 礼拜三, 週三, 禮拜三
weekday 3: 周四, 星期四, 礼拜四, 週四, 禮拜四
weekday 4: 周五, 星期五, 礼拜五, 週五, 禮拜五
weekday 5: 周六, 星期六, 礼拜六, 週六, 禮拜六
weekday 6: 周日, 周天, 星期日, 星期天, 礼拜天, 礼拜日, 週日, 禮拜天
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
day 0: 今天, 今日, 当天
day 1: 明天, 明日
day 2: 后天, 後天
day 3: 大后天, 大後天
day -1: 昨天, 昨日
day -2: 前天
day 0, with 1: 今早
day 0, with 3: 今晚
day 1, with 1: 明早
day 1, with 3: 明晚
day -1, with 3: 昨晚
part 1: 早上, 上午, 早晨, 凌晨, 清晨
part 2: 下午, 午后
part 3: 晚上, 傍晚, 晚间
part 5: 中午
noon: 正午, 中午
midnight: 午夜, 半夜
week 0: 本周, 这周, 这个星期, 本星期, 这星期, 這週, 本週, 这个礼拜, 这礼拜
week 1: 下周, 下个星期, 下星期, 下個星期, 下週, 下个礼拜, 下礼拜
week 2: 下下周, 下下个星期, 下下星期, 下下週
week -1: 上周, 上个星期, 上星期, 上週, 上个礼拜
months 0: 本月, 这个月, 這個月
months 1: 下个月, 下月, 下個月
months -1: 上个月, 上月
years 0: 今年
years 1: 明年
years -1: 去年
weekends 0: 这个周末, 本周末, 这周末, 周末, 週末
weekends 1: 下周末, 下个周末
unit 0: 分钟, 分鐘
unit 1: 小时, 个小时, 小時, 個小時, 钟头, 个钟头
unit 2: 天, 日
unit 3: 周, 个星期, 星期, 週, 個星期, 个礼拜
unit 4: 个月, 個月
unit 5: 年
unit 6: 个工作日, 工作日, 個工作日
minutes 30: 半小时, 半个小时, 半小時, 半個小時
later: 后, 之后, 以后, 後, 之後
ago: 前, 之前, 以前
withinpost: 内, 之内, 以内, 內
bypost: 前, 之前, 以前, 截止, 为止
by: 截至, 最晚, 最迟
since: 自, 自从
on: 的, 在, 于, 号, 為
is: 是
from: 从, 從
to: 到, 至
and: 和
or: 或, 或者, 还是
every: 每, 每个
end: 末, 底
close 4: 月底, 月末
close 5: 年底, 年末
zoneat 0: 北京时间, 北京時間
zoneat 1: 东京时间, 日本时间
close 2: 下班, 今天下班
postend: 底, 末
oclock 0: 点钟, 點鐘, 时, 点, 點
minute: 分
posthour 30: 半
posthour 15: 一刻
posthour 45: 三刻
exact: 整
dayword: 日, 号, 號
monthword: 月, 月份
yearword: 年
stop: 我, 你, 们, 的, 了, 吗, 吧, 在, 见, 是, 请, 可以, 把
none: 周末愉快, 週末愉快, 号楼, 号会议, 号会议室, 号线, 号门, 号厅, 号机, 号店, 号公路,
 有一天, 每天, 天天, 一天到晚, 改天, 周一至周五, 几天
"""
