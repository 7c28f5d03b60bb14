"""Know how companies, schools and societies are named: a name goes in, a yes or no comes out."""

from __future__ import annotations

import re

SOCIETY = re.compile(
    r"慈善(?:总?会|基金会?|协会)|基金会|壹基金|红十字会|红会|校友会|校友联合会|同乡会|老乡会|志愿者?(?:站|协会|服务队|团队|车队|联盟|队)|志愿队"
    r"|义工(?:车队|联合?会|协会|团队|队)|救援队|车队|(?:总?商|协|联合|促进|学生|狮子|后援|读书|侨|工商联|妇|学)会|(?:俱乐|文学|青年)?社团|联盟|公益(?!性|捐|组|诉|活|群|事|大)"
    r"|(?:医疗|医用|医药|防护)?(?:器械|器材|设备|用品|耗材|药品|药械|科技|环保|贸易|实业|服务|管理|投资)?(?:股份|有限|责任){0,3}公司|集团|(?:药业|制药|药房|药店|大药房|药厂|医药|化工|器械|科技|实业|食品|乳业|酒业|服饰|服装|纺织|物流|快递|电器|建材|农业)厂?"
    r"|[\u4e00-\u9fff](?:厂|局|地产|置业|银行|保险|影院|车行|商行|商店|超市|酒店|宾馆|饭店|餐厅|农场|合作社)|大学|学院|中学|小学|幼儿园|一中|二中|学校|学生会|粉丝团|后援团|车友会|寺"
    r"|街道办|居委会|村委会|团委|工会|妇联|侨联|教会|企业家?协会"
)

# Offices, societies and schools that others speak of: they hand on, receive, teach.
_OFFICE = re.compile(
    r"(?:红十字会|红会|慈善总?会|指挥部|卫(?:生健康|健)[委局]|民政局|应急(?:管理)?局)$"
)
BODY = re.compile(
    r"红十字会(?!医院)|红会(?!医院)|慈善(?:总?会|协会)|基金会|指挥部|卫(?:生健康|健)[委局]|民政局|应急(?:管理)?局|校友(?:总?会|联合会)"
    r"|(?:大学(?:医学部)?|学院)(?!生|城|路|[\u4e00-\u9fff]{0,6}(?:医院|基金会|校友会|医疗队|学院|附[属一二三\d]))(?:医学部)?"
    r"|[北清武浙华川南中厦山东人复同西]大(?=的?(?:校友(?!总?会|联合会)|师兄|师姐|同学))"
)


def is_office(name: str) -> bool:
    """Tell whether a name is that of an office or society that gathers goods for others."""
    return bool(_OFFICE.search(name))


def is_society(name: str) -> bool:
    """Tell whether a name is that of a company, a school or a society."""
    return is_office(name) or any(m.end() == len(name) for m in SOCIETY.finditer(name))
