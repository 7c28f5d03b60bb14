"""Tell the part of each facility in a need: a text and its names go in, a role for each comes out.

Roles as in `Facility`: needing, host, giving, mentioned. What nothing speaks against is needing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from classifiers.facilities.names import FacilityName
from classifiers.facilities.societies import is_office
from classifiers.goods.names import find_goods
from classifiers.need import CONCERNED

STAGED = "staged"  # goods for others only pass through it
ASIDE = "aside"  # mentioned, unless nobody else is who needs

_TEAM_END = re.compile(r"(?:医疗|医护|支援|援助|救援|救治|护理|专家)[组队]$|队$")
_TEAM = re.compile(
    r"接管[^,。;!?\n]{2,20}的[^,。;!?\n]{2,14}(?:团队|[队组])|医疗队|医护队|护理[队组]|驰援队|支援队|援助队|救援队|援[鄂汉沪琼黑藏疆][^,。;!\n]{0,8}(?:队|医|护|人员)|驰援(?!我|本)|援鄂|援汉"
    r"|(?:医院|院区?|[科里内区]|中心|方舱|病房|[市县省州])(?:参与|参加|进行|开展|一线|抗疫)?支援(?![我本]|了|点|些|一[下点些批])"
    r"|(?:[在来去赴到派]|前往|对口|借调)[^,。;!?\n求请盼]{0,14}支援(?![我本]|了|点|些|一[下点些批])"
    r"|(?<![求请盼望需给获到助会家人界位])支援(?=[^,。;!?\n]{2,16}(?:医院|[院中]心|卫生院|的))"
    r"|(?:支援|借调|轮转?|抽调|增援)(?:的|过?来|到|至|在|期间|一线|中)"
    r"|[省市苏浙赣皖湘粤川渝鲁豫晋陕甘桂黔滇闽]队"
    r"|派出的?[^,。;!\n缺需没]{0,12}(?:医生|护士|医护|人员)(?=到|抵|来|进|赶)|被(?:抽|派|调)(?:调|派)?(?:到|去|往|进)|来自[^,。;!\n]{2,60}?(?:医[生护务]|护士)|(?<!列)队员|(?:[两全我各本]|队)(?:队|里)(?![列长伍])|院援[^助外建,。]{1,4}|(?:我们|咱们?)(?:是|从)[^,。;!\n]{2,14}(?:队|来的|赶来|过来)|外地来的|(?:外地|外省|各地|各省|兄弟省)的?(?:医护|医生|护士|医疗|支援)"
)
_STAYS = re.compile(
    r"(?:(?:正|现|目前|都|已|已经|刚|今天|昨天|昨晚|今早|即将|负责|前往|奔赴|赶赴|整建制|整体|全面|抵达|到达)*"
    r"(?:对口支援|支援|驰援|援助|增援|进驻|入驻|接管|接手|托管|驻守|驻扎在?|派驻|驻|奋战在|战斗在|坚守在|工作在|服务于|分[到在]|分配[到在]|被?[派调]到|所在的?|驻地[在为是]|安排[在到进]|来到|到了|扎根"
    r"|支援的是|刚刚?到|(?:昨[天晚日]|今[天早晨])到|去咗|一起进的?|整建制接管|帮扶|下沉到?|定点在?|驻点在?|(?:工作|上班|干活)的(?:地方|单位|医院)[是在]|蹲点|落脚在?|编入|划到|轮[到转]|转战|借调[到在至]|扎在|去了)"
    r"|(?:(?<![留放停存落])在|于))(?:了|着|的是)?$"
)
_ARRIVES = re.compile(
    r"(?:队|医护|护士|人员)(?:已经?|刚刚?|今天|昨天|昨晚)?(?:到|抵达?|进|赴|来)(?:了|驻)?$|被?(?:抽|派|调)(?:调|派)?(?:到|去|往|进)$"
)
_WORKS = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8}?(?:病区|病房|科|楼|ICU|院区|方舱|里|内))?(?:重症|隔离|感染)?"
    r"(?:里|内)?(?:支援|工作|援助|上班|值班|奋战|战斗|抗疫|坚守|救治|驻守|开展|一线|服务|参与|负责|轮岗|轮班|干活|驻点|值守)"
)
_GOODS_FOR = re.compile(
    r"(?:一[批些点车]|几[箱车百]|[\d两二三四五六七八九十百千]+[件套个只箱副台])"
)  # 支援X医院一批口罩
_OF_HOST = re.compile(
    r"(?:里|内|这边|那边)?的(?:队员|队友|领队)|(?:给|帮|为)(?:我们|咱们|队里|队员们?|医疗队)?(?:安排|提供|腾出|准备)"
    r"|(?![和与及、]),?[^,。;!?\n]{0,6}?在(?:那里|那儿|院里|该院|此)[^,。;!?\n]{0,6}?的[^,。;!?\n]{0,12}队"
    r"|(?:目前|现在?|已经?)*(?:接收|迎来|接待|安置|安顿|住进)了?[^,。;!?\n]{0,10}?(?:医疗队|支援队|援[鄂汉])"
    r"|(?![和与及、])[^。;!?\n和与及、]{0,8}?驻(?:在)?(?:我|本)?院里?的[^,。;!?\n]{0,14}队|"
    r"(?:里|内|这边|那边|正在)?(?:的|里面的|工作的|支援的|抗疫的|一线的|奋战的)(?:[^,。;!?\n]{2,14}?)"
    r"(?:医疗队|医护队|支援队|援助队|救援队|援鄂|援汉|驰援|[省市苏浙赣皖湘粤川渝鲁豫晋陕甘桂黔滇闽]队)"
    r"|(?:目前|现在?|已经?|里|内)*(?:有|来了|迎来|住着|驻有|驻着)[^,。;!?\n]{2,14}?(?:队|医护|医生|护士|人员)"
    r"[^,。;!?\n]{0,6}?(?:支援|入驻|进驻|工作|接管|援助|驻)"
)
_GIVES = re.compile(
    r"(?:[、和与及][^,。;!?\n收获缺需求接得]{2,14}?)?"
    r"(?:的?[\u4e00-\u9fff]{0,4}?(?:[院主][长任]|职工|同仁|同事|同行|朋友|校友|老乡|姐妹|兄弟|同学|食堂|医护|师生|工会|党委|老师|医生|护士|(?:援[鄂汉])?(?:医疗)?队员)们?)?"
    r"(?:也|都|还|又|刚刚?|已经?|今天|昨天|昨日|上午|下午|连夜|紧急|火速|主动|立刻|马上|率先|第一时间|先后|再次|一次性|无偿|慷慨|此前|前天|前几天|上周|将|特意|专程|曾经?|之前|早前|日前|近日|撤离?之?前|离开之?前|临走之?前?|走之前)*"
    r"(?:[^,。;!?\n]{1,10},(?:也|还|却|仍|依然|照样)(?=[向给为把将]))?"
    r"(?:(?:把|将)[^,。;!?\n]{2,32}?(?=留给|捐给|送给|赠给|交给|转给|借给|匀给|分给|运给|移交))?"
    r"(?:(?:向|给|为|对|往|从)[^,。;!?\n]{2,24}?)?"
    r"(?:捐出|捐赠[了出的]|捐赠(?=[^,。;!?\n]{1,8}?[\d一二三四五六七八九十百千万两]+[件套个只箱副台])|捐赠\d|[赠捐送](?=[\u4e00-\u9fff]{1,8}\d)|(?:[^,。;!?\n缺需求]{0,6}?)(?:淘汰|转让?|留)给(?:我们|我院|本院)|留给|赠给|移交给"
    r"|(?:转来|转赠|转交|借|给|匀|寄|送|捐|赠|调|运|发|分|捐助|捐赠)(?:来|出|过来|给(?:我们?|咱们?|院里|科里)?)?的(?!医疗|医护|护士)"
    r"|(?:支援|援助|帮助|接济|救济)(?:过|了)?(?:我们|咱们|我院|本院)(?!的?(?:医|队))|捐了|捐来|捐款|捐献了|捐给了?|捐助了?|给了|赠送|赠予|援助了|支援了|送来|送去|送给|送了|送出|送达|送上|送过来"
    r"|寄来|寄给|寄了|拿出|匀出|匀来|腾出|凑了|匀给|匀了|借给|借来|借了|调来|调拨|分给|分了|支持了|资助|伸出援手|[寄捐送匀借]过(?!来|去)|运来|发来(?!的?(?:清单|消息|求助|信息|求援|照片|图片|视频))|派出(?!的)|派出的(?=[^,。;!?\n缺需没]{2,16}?(?:到了|抵达|来到|赶到|进驻|接管|驰援|援))|派遣(?!的)|派了|派来)"
)
_GIVES_FREELY = re.compile(
    r"(?!有)[^,。;!?\n收获缺需求接得急请盼没谁望募等]{1,16}?(?<![被由])(?:送来|送了|送过来|借出|垫付|拨付|捐来|捐了|捐出|寄来|寄了|运来|拉来|拨来|拨了|匀来|匀了|匀出|借来|借了|让出|腾出|支援了|赠了|拿出|挤出|调来|带来了?|给了(?:我们|咱们))"
    r"(?!的)(?![^,。;!?\n]{0,6}(?:病人|患者|伤员|孩子))|(?:正在?)[^,。;!?\n缺需求]{0,6}?(?:打包|装车|装箱|发货)"
    r"|(?:长期|一直|也|都|曾|多次|刚|才)*(?:对口)?(?:帮扶|支援|帮助|帮|支持|照顾|接济)(?:着|了|过)?(?:我们|咱们|我院|本院)[^,。;!?\n]{0,8}"
    r",[^,。;!?\n缺需求]{0,8}?(?:给|送|寄|捐|匀|借|调|支援|拨|带)(?:了|来|过)"
    r"|[^,。;!?\n缺需求]{0,4}?(?:说|答应|表示|同意|承诺|愿意?|可以)[^,。;!?\n]{0,16}?(?:借给|支援|捐给|匀给|送给|拨给|调给|借我|匀出|借出|让出)"
    r"|[^,。;!?\n缺需求急请盼]{0,12},(?:但|却|可|也|都|还|已经?|刚刚?|特意|连夜|主动|马上|昨[天晚日]|今[天早晨])*(?:把|将|给我们|向我们|从)"
    r"[^,。;!?\n缺需求]{1,16}?(?:借|送|匀|让|捐|拨|运|调|带)(?:了|过来|来|给|出)"
    r"|(?:也|已经?|刚刚?|紧急|连夜|火速|先后|又)*(?:抽调|选派|增派|调派|派了?|组织)了?[^,。;!?\n缺需求]{1,12}?(?:名|人|医生|护士|医护|专家|队|车)"
    r"[^,。;!?\n缺需求]{0,8}?(?:到|来|赶|支援|增援|驰援)"
)
_LENT = (
    (re.compile(r"借了$"), re.compile(r"[一二两三四五六七八九十几\d]")),
    (re.compile(r"[向从找跟问]$"), re.compile(r"[^。;!?\n]{0,24}?[借要匀调讨]来")),
)
_GIFT_TO = re.compile(r"(?:向|给|为|对)[^,。;!?\n]{2,24}?(?:捐赠|捐助|捐款|支援|援助|赠送|提供了)")
_ASKED = re.compile(r"寻求|征集|募集|募捐|呼吁|求|接受|公告|倡议|社会|各界|爱心人士")
_GIVEN_BY = re.compile(
    r"(?:感谢|谢谢|多谢|感恩|鸣谢|致谢|收到|接到|收到了|接收了?|来自|源自|由|靠|用的是|(?:感谢|谢谢)[^,。;!?\n]{2,20}[和、与及]|多亏|幸亏|幸得|得到|受到|蒙)"
    r"(?:了|到|过)?(?:兄弟单位|友院|同行|兄弟医院|兄弟院|对口的?)?[:的]?$"
)
_GIFT = re.compile(
    r"[^,。;!?\n]{0,16}?(?:捐|赠|送来|寄来|支援|援助|帮助|支持|提供|匀|借|调拨|送炭|送的|寄的|给的|发来(?!的?(?:清单|消息|求助)))"
)
_RECIPIENT = re.compile(r"(?:向|给|为|对)(?:隔壁|邻近|附近|邻县|兄弟单位|友院|老家)?的?$")
_OF_OURS = re.compile(r"(?:给|为|借给|匀给)(?:我们|咱们?|我院|本院)$")
_GIFT_IN = re.compile(r"[^,。;!?\n]{0,4}?(?:捐赠|捐助|赠送|送去|寄去|发去|运去|发出|送达)")
_ASKS = re.compile(r"请|呼吁|希望|帮|求|能否|谁|愿|如何|怎么|想")
_PARCEL = re.compile(
    r"[那这](?:批|边|些|一批|份)[^,。;!?\n]{0,8}?(?:发出|发走|寄出|送出|送达|送到|签收|到位|到了|收到)"
    r"|的?(?:途中|路上)"
)
_ARRIVED = re.compile(
    r"(?:货|物资|车|棉被|呼吸机|口罩|防护服|东西)[^,。;!?\n缺没未]{0,8}?(?:到了|到达|运抵|抵达)$|"
    r"(?:捐|送|寄|赠|筹)[^,。;!?\n]{0,16}?(?:到|抵达|运抵|运到|送进|运进|送达|进)了?$"
    r"|(?P<soon>准备|打算|计划|将|即将|马上|正在?)(?:全部|都|先|一起)*(?:捐|送|寄|发|运)(?:给|往|到|向|去|赠给)$"
)
_DONE = re.compile(r"[昨今前][天日晚早]|已|刚|了|[上下]午|上周|周[一二三四五六日]|[月号日]")
_FROM = re.compile(r"(?:从|自|由)$")
_OF_STAFF = re.compile(r"的?[^,。;!?\n]{0,4}?(?:护士|医生|医护|队员|同事|主任|大夫)")
_LEFT = re.compile(r"(?:出发|启程|赶来|赶到|抽调|调来|过来|派来|借调|调[过到走]|转岗)")
_ENOUGH = re.compile(
    r"[^。;!?\n]{0,12}?(?:不缺|不需要|够用|充足|一切都?好|都?挺好|不用寄|不用捐|不用再寄|不必寄|物资齐全)"
)
_TEAM_LEFT = re.compile(r"[和与及、同]")
_STILL = re.compile(
    r"(?:仍|还|但|可|不过|依然|依旧|目前|现在)[^。!?\n]{0,16}?(?:(?<!不)[缺需]|不够|告急|用完|没有|见底|求|不足|差)"
    r"|缺的是|[,。!]缺|只缺"
)
_GIVEN_TO = re.compile(
    r"(?:(?:已经?|刚刚?|才|之前|前天|昨天|上午|下午|今天|先后|全部|都)[^,。;!?\n]{0,12}?(?:捐给|捐赠给|捐到|送给|送到|送去|送往|寄给|寄到|寄往|寄去|发往|发给|运到|运往|运抵|送达|交付|交到|转交|给)了?|"
    r"(?:捐|送|寄|发|运|给|捐赠|交)(?:给|到|往|去)?了|(?:捐|送|寄|运)(?:给|到|往)过)$"
)
_ASIDE_BEFORE = re.compile(
    r"(?:不像|不比|比起|相比|不如|除了|除|不止|不只|不光|不仅|不单|不仅仅?是|不止是|何止|仅次于|次于|不是|并非|就像|好像|像|仿照|参照|类似|堪比|相当于|媲美"
    r"|距离?|离|记得|想起|说起|提起|靠近|挨着|紧邻|毗邻|临近|邻近|路过|经过|毕业于|曾在|原在|以前在|之前在|退休于|任职于|就读于"
    r"|跟|学习|羡慕"
    r"|(?:转|送|住|入|搬|收治|转院|转诊|转移|护送|拉|抬|挤)(?:进|到|往|至|去|在|入|院)|(?:去|到|在|从)了?|跑了|跑遍|排队)了?的?$"
)
_SEEKING = re.compile(
    r"(?:看病|就医|就诊|住院|治疗|确诊|隔离(?![区病点])|去世|病逝|出院|出生|生产|分娩|体检|打针|排队|挂号|检查|检测|做核酸|做CT|做手术|透析|化疗|看急诊|复查|产检|实习过?|当过|干过|工作过|读书|读过|进修|学习过|待过|开会|讲课|会诊过"
    r"|转[来到院]|回来|赶来|过来|调来|借来|请来|来的专家|的专家|来的)"
)
_ASIDE_BEHIND = re.compile(
    r"(?:的)?(?:对面|旁边|旁|附近|隔壁|斜对面|门口|周边|路口|公交站|地铁站|背后|后面|楼下|往东|往西|往南|往北|出发|方向|站下车)(?!的(?!地址))"
    r"|(?:[那这]样|一样|似的|等级|级别的|模式|那种|水平)"
    r"|(?:的)?(?:[\u4e00-\u9fff]{0,12}?(?:专家|教授|院士|院长|主任|博士))?[\u4e00-\u9fff]{0,8}?(?:连线|远程|会诊|表示|指出|提醒|建议|介绍说?|认为|分析|透露|解读|科普|讲解|告诉记者|接受采访|通报|发布消息|公布|宣布|研究|证实|披露|回应|称有|辟谣|声明)"
    r"|(?:的?(?:物资|口罩|防护服|库存|储备|防护用品|东西))?(?:目前|现在|暂时|已经|已|都|也|还|倒是|那边|这边|昨天|昨晚|今天|今早|前天|上午|下午|刚刚?)*(?:不缺|不需要|够用|充足|足够|够了|很足|收到了?|解决了|有了|饱和|满了|接收了|不再接受|停止接收|有货|有余|富余|有多|很多|堆|领走|领了)"
    r"|(?:牵头|领衔|组队|带队|组织的|为主)"
    r"|(?:他们|那边|那里|人家)?(?:好歹|至少|起码|毕竟)(?:还)?有|(?:已经?|暂时?|目前|现在?)*(?:有人捐|没给|不收|停收|拒收|会?退件)"
    r"|的?(?:门卫|传达室|药房)?代收|分流(?:过来|来)?的|的(?:物资|货|东西|捐赠)[^,。;!?\n缺不没]{0,8}到了"
    r"|(?:援建|建成|开工|完工|落成|交付|启用|正式|关闭|休舱|的建设|的经验|今天开|投入使用)"
)
_ONCE_THERE = re.compile(
    r"(?:曾经?|原先?|原本|本来|以前|之前|早年|当年|去年|前年|大学(?:时|里|期间)|退休前|入职前|过去|从前|读研时|实习时|年轻时)"
    r"[^,。;!?\n]{0,8}(?:在|于|是|系|属于?|任职)$"
    r"|(?:毕业|退休|离职|调离|辞职|规培|进修|实习|培训|就读|任教)(?:于|自|前?在|从)?$"
)
_NOT_AT_WORK = re.compile(
    r"[^,。;!?\n缺需求]{0,8}?(?:退休|离职|进修|实习|规培|培训|轮转过|开会|开了?个?会|参会|参加|学术|讲课|毕业|求学|读研|读博|上过班|工作过|待过|干过"
    r"|修(?:设备|机器|车)|出差|考察|参观|办事|签[约合]|面试|体检|复诊|复查|陪护|陪床|照顾|探[病视望])"
)
_PASSES_ON = re.compile(
    r"(?:的)?(?:官方)?(?:微信)?(?:公众号|官微|官博|微博|官网|视频号|抖音|朋友圈|群里?|宣传科|新闻|推文|简报|发布会)"
)
_OWN_LACK = re.compile(
    r"(?:自己|自家|自身|本院|我院|我们)(?:医院|院里|科里)?(?:现在|如今|反而|却|也|都|倒)*(?:[见快没只缺告紧不断需求]|用[完光])"
)
_TO_US = re.compile(r"[给了向](?:我们|咱们|我院|本院)")
_TEAM_GONE = re.compile(
    r"[^,。;!?\n在缺需求]{0,6}?(?:已经?|刚刚?|昨[天日]|都|全部)*(?:撤离|撤走|撤回|返程|返回|离开|回去了|凯旋)"
)
_UNHARMED = re.compile(
    r"[^,。;!?\n]{0,6}?(?:没有?|未)(?:被|受|遭|有)?(?:淹|损|灾|影响|波及|停电|断水|塌|停)|(?:地势高|完好)"
)
_STAGING = re.compile(
    r"(?:那里|那边|[^,。;!?\n]{0,4})(?:代收|代转|中转|转运|周转|暂存|集散|转交|转给|代为)"
)
_APART = re.compile(
    r"(?:是)?(?:同名|易混|重名|不是一[家回]|是两[家回]|名字像)|(?:统一|强行|临时)?(?:调走|收走|征用)|由[^,。;!?\n]{2,10}?(?:统一|代)(?:配|收|发|领)"
    r"|[:,]?\s?够(?:了|用)?(?=[,。!;\n]|$)|是定点(?:医院|单位)?(?=[,。])"
)
_SPOKEN_OF = re.compile(
    r"(?:上级|牵头|对口(?:支援|帮扶)?|帮扶|协作|托管|兄弟)(?:单位|医院)[是为:]?$|(?:采访|问)了?$"
    r"|(?:不要|别|勿)再?打[^,。]{0,2}$"
)
_TO_STAGE = re.compile(r"[寄送放存运发][在到往至给]?$|[由经]$|先到$|通过$|收[件货][:人]{0,2}$")
_ASKED_THERE = re.compile(
    r"[^,。;!?\n]{0,4}?(?:(?:求[助援]|借|要|申请|反映|汇报|打听|咨询|打过|问)(?:过|了|不到|不来)|借(?=[,。;!?\n]|$))"
)
_BEYOND = re.compile(
    r"(?:是|作为|为)(?:我们?|本|该|全)?(?:院|县|市|区)?的?(?:上级|牵头|定点|对口(?:支援|帮扶)?|协作|托管|兄弟|医联体|医共体|总院)(?:医院|单位|收治)"
    r"|[^,。;!?\n]{0,6}?(?:上次|去年|上个?月|上周|之前|前阵子|前几天|前天|昨天)[^,。;!?\n]{0,8}?(?:缺过|求助过|募捐过|发过|求过|告急过)"
    r"|(?:整建制|全面|整体)?接管的"
    r"|[^。;!?\n缺]{0,16}?[都也]有[^,。;!?\n]{1,6},(?:就|只有|唯独|偏偏|单单)(?:我们|咱们)"
)
_STATES_ORIGIN = re.compile(
    r"(?:[我她他你们婆公姐妹哥弟妈爸友学事士生]|^)(?:们)?(?:本来|原本|都|也)?(?:是|来自|从|属于?|隶属于?)$|来自$|原单位[是为]?$|(?:我们?|她们?|他们?)$"
)
# what stands before a name, and what behind it
_ELSEWHERE = (
    (re.compile(r"(?:因为?|由于)$"), re.compile(r"腾空|停诊|关闭|封[闭控院]|搬迁|爆满")),
    (re.compile(r"[支增]援$"), re.compile(r"去了")),
    (re.compile(r"[在于到去从赴]$"), _NOT_AT_WORK),
    (re.compile(r"[向找问跟和同去]了?$"), _ASKED_THERE),
)
_OF_ORIGIN = re.compile(
    r"的?[^,。;!?\n]{0,10}?(?:护士长?|医生|医护|大夫|医师|一员|职工|员工|人员|队员|护理|主任|派[来去]|派出|抽调|来的|过来|护师|技师|麻醉|[援支][鄂汉援])|的?$|、?(?:目前|现在?|正)?[在于支赴]"
)
_WHO_IS_AT = re.compile(r"[她他]们?(?:现在?|目前|正|都|已经?|被)*(?:[在到去于]|[派调][到去往])$")
_WARD_LACKS = re.compile(
    r"(?:病[区房]|科室?里?|库房|仓库|院里|医院里?|那边|这边|急诊)[^,。;!?\n]{0,8}?(?:只[剩有]|空|缺|没|不够|断|见底|告急)"
)
_REPORTED = re.compile(r"(?:据|根据|来源|转自|摘自|记者从|通报|采访了?|报道了?|听说?|听)了?的?$")
_DENIED = re.compile(r"辟谣|不实|谣言|谣传|假消息|假的")
_NOT_THERE = re.compile(
    r"(?:勿|不要|别|停止|不必|不用)(?:再|继续|都|全|只|光|一直)*(?:往|给|向)?(?:寄|送|捐|发|投)?(?:往|到|给|去|向)?$"
)
_COUNTED = re.compile(
    r"的?(?:新增|确诊|收治了?(?!能力|任务|点|医院)|治愈|出院|接诊了?|累计|死亡|报告了?|共有|已有)\d*"
)
_LACKS = re.compile(
    r"[^,。;!?\n]{0,14}?(?:急需|急缺|告急|紧缺|短缺|缺|求助|求援|需要|见底|用完|没有了|快没|不够|只够|仅够|只剩|仅剩|零库存|断货|没货|撑不|告罄|求[^,。]{0,4}支援|发布|募捐|征集|接受捐赠)"
)
_INVITES = re.compile(r"接[受收][^,。;!?\n]{0,6}捐赠")
_LACK = re.compile(r"急需|缺|告急|需要|见底|用完|没有|快没|不够|求助|求援")
_REALLY = re.compile(
    r"(?:医院|我院|本院|院方|院里|我们)[^,。;!?\n]{0,6}(?:确实|的确|是真的|还|仍然?)[^,。;!?\n]{0,4}(?:缺|需要)"
)
_SATISFIED = re.compile(
    r"(?:的)?(?:所?需求?|物资|需求|缺口|该院|此处|这边|那边|全部|已经?|现已|都|均|基本|目前|暂时?|现在)*"
    r"(?:已?满足|已?关闭|已?到位|已?补齐|已?解决|已?完成|已?撤下|不再?接收|不接收|停止接收|不收|不缺|不需要?|够用|饱和|打不通|取消)"
)
_CLOSED = re.compile(
    r"(?:物资|需求|口罩|防护服|东西)[^,。;!?\n]{0,8}?(?:到位|够用|够了|齐了|满足|关闭|收齐|充足)|不用再?转|不必再?转|别再?转|请先?支援(?!我|本)"
)
_LENDS = re.compile(
    r"(?:能不能|能否|可不可以|可否|可以|愿不愿意|是否|是不是|有没有可能)[^,。;!?\n]{0,20}?"
    r"(?:借|匀|分|让|支援|转|捐|腾|调)[^,。;!?\n]{0,6}?(?:给|到|点|些)"
)
_SUPPLIED = re.compile(
    r"(?:已经?|刚|正|先后|长期|往|向)[^,。;!?\n]{0,6}?(?:供货|供应|供给|送菜|送饭|配送)(?:给|至|到|了)?$|供货$"
)
_SENT_HOME = re.compile(
    r"(?:对口)?(?:支援|驰援|援助|增援)[^,。;!?\n]{2,16}的[^,。;!?\n]{0,6}(?:队|组|医护|医生|护士|人员)"
    r"|\(?(?:援鄂|援汉|支援湖北|支援武汉)[,、(]"
)
_FED = re.compile(r"[^,。;!?\n]{0,24}?(?:送[菜饭餐]|供货|供餐|供应盒饭)")
_LIST_END = re.compile(r"(?:[、和与及以][^,。;!?\n]{2,40})?(?:[!。~\s]|$)")
_THANKS = re.compile(r"(?:感谢|谢谢|多谢|鸣谢|致谢|感恩)(?:[^,。;!?\n]{2,30}[、和与及])?$")
_NEEDS = re.compile(
    r"[缺需盼恳募急]|求(?!证|真|职|学)|没有|没了|快没|用完|用光|用尽|不够|不足|见底|断货|撑不|紧张|告罄|征集|接受|接收|支援我|希望|救|帮[帮我助]|等着|清单|裸奔|[Nn]eed|来人|转发|只能靠|上不来|进不[来去]|塑料|急寻"
)
_OFFER = re.compile(
    r"(?:想|愿意?|可以?|准备|打算|要)(?:无偿|免费)?捐(?!的|者|赠者)|(?:免费|无偿)(?:给|送|提供|捐)(?![^。!\n]{0,30}吗)"
)
_NEWS = re.compile(r"恭喜|祝贺|致敬|点赞|哈哈|治愈出院|好消息|母子平安|揭牌")
_RUMOUR = re.compile(r"小道消息|求证|谣|听说")
_PATIENT = re.compile(
    r"(?:患者|病人|家属|我[妈爸爷奶]|母亲|父亲)[^。!?\n]{0,40}(?:求|没有?)[^,。!?\n]{0,8}(?:床|蛋白|血浆|住院|收治|药)|(?:没有?|求)[^,。!?\n]{0,4}床位?[^。]{0,30}患者"
)
_OF_WARDS = re.compile(
    r"口罩|防护|护目|隔离衣|手套|面屏|面罩|消毒|物资|[Nn]95|手术衣|医护|同事|我院|我科|我们科"
)
_PASSED = re.compile(r"不缺|不需要|不再需要|不短缺|不紧缺|缺钱|缺席")
_COMPARED = re.compile(
    r"(?:不像|不比|比起|相比|不如|除了|除|不止|不只|不光|不仅|不单|不仅仅?是|不止是|何止|次于|就像|好像|像"
    r"|仿照|毕业于|曾在|学习)了?的?$"
)
_ADDRESS = re.compile(r"(?:寄|送|开|运|发|捐)(?:到|往|至)$|收货[^,。]{0,6}$|地址[^,。]{0,4}$")
_SENT = re.compile(
    r"(?:对口支援|支援|驰援|援助|增援|进驻|入驻|赴|驻)(?=[^,。]{2,24}(?:医院|院区|院)[^,。]{0,12}队)"
)
_BESIDE = re.compile(r"[^\w。;!\n]{1,4}")
_LACK_WORD = re.compile(
    r"[缺需求募征盼恳急断破裸撑熬盯]|没有|没了|无[法人]?|不够|不足|见底|用[完光尽]|快没|只[剩有够能]|仅[剩有够能]|告[急罄]|紧[张俏]|耗尽|最后|支援(?!了)|捐(?!了)|救"
    r"|清单|物资|口罩|防护|坏了|帮[帮忙我]|寄|接[受收]|不上|塑料|自制|垃圾袋|代替|共用|轮着|^也?收(?=$|[的啊呀哦])|不敢|东西|也一样|同样|一般无二|[都也还]在找|[\d一二两三四五六七八九十]个?(?:人|医生|护士|医护)[^,。]{0,3}[分共轮]"
)
_HEAD_BEFORE = re.compile(
    r"(?:^|[\n\t|:;。!?】)#@]|[\d一二三四五六七八九十][.、)]|[\u4e00-\u9fff] )\s*、?\s*$"
)
_HEAD_BEHIND = re.compile(r"\s*(?:$|感谢|谢谢|多谢|[\u4e00-\u9fff]{2,6}:|[:\n\t|(,—\-#/、]|\s)")
_CALL_BEFORE = re.compile(
    r"[求帮救缺需急寄募盼]|支援|捐[给往到赠]|驰援|关注|扩散|收[货件]|地址|@|我们?[院是在]|我在|就在|在$"
)
_OWN_PLACE = re.compile(
    r"[^,。;!?\n]{0,4}(?:上班|工作)?[,，](?:弟|妹|哥|姐|爸|妈|老家|同学|朋友|家乡|妻|老公|媳妇)"
)
_JOINED_BEFORE = re.compile(r"(?:医院|[院中]心|卫生院|疾控|队)\s?(?:[和与及、/]|以及)$")
_AND = re.compile(r"[和与及、]|以及")
_CLAUSE = re.compile(r"[,。;!?\n]")
_SENTENCE = re.compile(r"[。;!?\n]")
_BEFORE = 24
_BEHIND = 44
_ITS_WORDS = 160
_MOST_LISTED = 30  # names of one list that are looked at
_LISTED = 8  # characters between two names of one list (A和驻在院里的B)


def roles_of(text: str, names: Sequence[FacilityName]) -> list[str]:
    """Return the role of each name in a normalised text, "" where nothing tells one.

    A visiting team makes the facility where it works the host, also where the team has no name.
    """
    teams = any(is_team(text, name) for name in names)
    visiting = teams or bool(_TEAM.search(text))
    roles = [_role(text, name, names, visiting=visiting) for name in names]
    for number, (last, name) in enumerate(pairwise(names), start=1):
        if roles[number] == "" and roles[number - 1] == "mentioned":
            joined = _AND.fullmatch(text, last.end, name.start)
            behind = _SENTENCE.split(text[name.end : name.end + _BEHIND], maxsplit=1)[0]
            if joined and not _LACK.search(behind):
                roles[number] = "mentioned"
    for number in range(len(names) - 2, -1, -1):
        joined = _AND.fullmatch(text, names[number].end, names[number + 1].start)
        if joined and roles[number] == "" and roles[number + 1] == "giving":
            roles[number] = "giving"
    for number, (last, name) in enumerate(pairwise(names), start=1):
        joined = _AND.fullmatch(text, last.end, name.start)
        if joined and roles[number] == "" and roles[number - 1] == "host":
            roles[number] = "host"
    roles = _with_host(text, names, roles) if teams else roles
    if "host" in roles:
        roles = _without_origins(text, names, roles)
        roles = roles if teams else _in_need_themselves(text, names, roles)
    return _without_bystanders(text, names, roles)


def _without_bystanders(text: str, names: Sequence[FacilityName], roles: list[str]) -> list[str]:
    """Return the roles with those only mentioned of which no words say that they lack something.

    Where nothing speaks for any, all stay.
    """
    needs = [
        role == "needing" or (role == "" and _lacks(text, name, names))
        for name, role in zip(names, roles, strict=True)
    ]
    if not any(needs) and "host" not in roles:
        return roles
    return [
        "mentioned" if role == "" and not need and not is_team(text, name) else role
        for name, role, need in zip(names, roles, needs, strict=True)
    ]


def _lacks(text: str, name: FacilityName, names: Sequence[FacilityName]) -> bool:
    """Tell whether words around a name may say that it lacks something: it heads them, too."""
    if is_office(text[name.start : name.end]):  # it gathers for those who do
        behind = text[name.end : name.end + _BEHIND]
        return bool(_LACKS.match(behind) or _INVITES.match(behind))
    line = text[max(0, name.start - _BEFORE) : name.start]
    if _HEAD_BEFORE.search(line):
        goods = find_goods(text[name.end : name.end + _BEFORE])
        lists = bool(goods) and goods[0].start == 0
        if lists or _HEAD_BEHIND.match(text, name.end):
            return True
    if _OWN_PLACE.match(text, name.end):
        return False
    if _CALL_BEFORE.search(_CLAUSE.split(line)[-1]) or _JOINED_BEFORE.search(line):
        return True
    behind = text[name.end : min(_end_of_its_words(text, name, names), name.end + _ITS_WORDS)]
    clauses = _CLAUSE.split(_PASSED.sub("", behind))
    for clause in clauses:
        if _of_another(text, clause, name, names):
            return False
        if _LACK_WORD.search(clause):
            return True
    return False


def _of_another(text: str, clause: str, name: FacilityName, names: Sequence[FacilityName]) -> bool:
    """Tell whether a clause begins with a short form of another name (安仁急需呼吸机)."""
    begin = clause.lstrip(" 但而可这次如今现在目前")[:2]
    own = text[name.start : name.end]
    at = bisect_left(names, name)
    near = names[max(0, at - _MOST_LISTED) : at + _MOST_LISTED]
    others = (text[other.start : other.end] for other in near)
    return len(begin) == 2 and begin not in own and any(o.startswith(begin) for o in others)


def _without_origins(text: str, names: Sequence[FacilityName], roles: list[str]) -> list[str]:
    """Return the roles with the hospital that a visiting medic comes from only mentioned."""
    kept = list(roles)
    for number, name in enumerate(names):
        if roles[number] not in {"", ASIDE} or is_team(text, name):
            continue
        clause = _CLAUSE.split(text[max(0, name.start - _BEFORE) : name.start])[-1]
        behind = _CLAUSE.split(text[name.end : name.end + _BEHIND], maxsplit=1)[0]
        then = text[name.end : names[number + 1].start] if number + 1 < len(names) else ""
        works_there = "host" in roles[number + 1 : number + 2] and _WHO_IS_AT.search(then)
        if (_STATES_ORIGIN.search(clause) and _OF_ORIGIN.match(behind)) or (
            works_there and _OF_STAFF.match(behind)
        ):
            kept[number] = "mentioned"
    return kept


def _in_need_themselves(text: str, names: Sequence[FacilityName], roles: list[str]) -> list[str]:
    """Return the roles with hosts of single medics needing where their wards lack something."""
    kept = list(roles)
    for number, name in enumerate(names):
        behind = text[name.end : min(_end_of_its_words(text, name, names), name.end + _ITS_WORDS)]
        if roles[number] == "host" and _WARD_LACKS.search(behind):
            kept[number] = "needing"
    return kept


def _with_host(text: str, names: Sequence[FacilityName], roles: list[str]) -> list[str]:
    """Return the roles with the only hospital beside a team that lacks goods made its host.

    Not where the hospital is said to lack something too.
    """
    lacking = [
        name for name, role in zip(names, roles, strict=True) if role == "" and is_team(text, name)
    ]
    others = [n for n, name in enumerate(names) if not is_team(text, name)]
    wards = {text[names[n].start : names[n].end] for n in others}
    if not lacking or len(wards) != 1 or any(roles[n] for n in others):
        return roles
    for number in others:
        name = names[number]
        behind = text[name.end : name.end + 3]
        before = text[max(0, name.start - 3) : name.start]
        sent = "派" in behind or any(text[name.start :][:2] in text[slice(*t)] for t in lacking)
        if sent or _TEAM_LEFT.match(behind) or _TEAM_LEFT.match(before[-1:]):
            return roles
    return ["host" if number in others else role for number, role in enumerate(roles)]


class _Around(NamedTuple):
    """The words around a name: its sentence and clause before it, and behind it.

    until: what stands behind it up to the next name, or to the end.
    own: that without the clause that leads to the next name (…。现在缺的是X医院).
    """

    before: str
    clause: str
    behind: str
    until: str
    own: str

    @property
    def still(self) -> bool:
        """Whether something is said to be lacking all the same."""
        return _STILL.search(self.own) is not None


def _role(text: str, name: FacilityName, names: Sequence[FacilityName], *, visiting: bool) -> str:
    """Return the role of one name by the words around it, "" where they tell none."""
    before = _SENTENCE.split(text[max(0, name.start - _BEFORE) : name.start])[-1]
    behind = _SENTENCE.split(text[name.end : name.end + _BEHIND], maxsplit=1)[0]
    following = _end_of_its_words(text, name, names)
    if is_team(text, name):
        if _TEAM_GONE.match(behind):
            return "mentioned"
        return "giving" if _GIVES.match(behind) and not _LACKS.match(behind) else ""
    until = text[name.end : following]
    marks = [mark.end() for mark in _CLAUSE.finditer(until)] if following < len(text) else []
    own = until[: marks[-1]] if marks else until
    around = _Around(before, _CLAUSE.split(before)[-1], behind, until, own)
    if _OF_OURS.search(around.clause) and _GIVES.match(behind):
        return "needing"
    if _is_recipient(around):
        return (
            "host" if visiting and _OF_HOST.match(behind) else "" if around.still else "mentioned"
        )
    if _is_left_or_denied(around) or _is_served(around):
        return "mentioned"
    if _TO_STAGE.search(around.clause) and _STAGING.match(around.behind):
        return STAGED
    return _role_in_need(around, visiting=visiting)


def _end_of_its_words(text: str, name: FacilityName, names: Sequence[FacilityName]) -> int:
    """Return where the next name stands that is not listed with this one (A和B都缺口罩)."""
    last = name.end
    at = bisect_left(names, name)
    for other in names[at : at + _MOST_LISTED]:
        if other.start >= last:
            between = text[last : other.start]
            listed = _AND.match(between) and len(between) <= _LISTED and not _CLAUSE.search(between)
            if not (listed or _BESIDE.fullmatch(between)):
                return other.start
            last = other.end
    return last if at + _MOST_LISTED < len(names) else len(text)


def _is_left_or_denied(around: _Around) -> bool:
    """Tell whether somebody left it, its need is denied, or nothing is to be sent there."""
    denied = _DENIED.search(_SENTENCE.split(around.until)[0]) and "不缺" not in around.until
    denied = denied and not _REALLY.search(around.until)
    left = _FROM.search(around.clause) and _LEFT.match(around.behind)
    return bool(left or denied or _NOT_THERE.search(around.clause))


def _is_served(around: _Around) -> bool:
    """Tell whether it has what it needs, is supplied already, or is asked to lend."""
    if around.still or _is_giver(around.clause, around.behind):
        return False
    if re.search(r"[往给向为]$", around.clause) and _FED.match(around.behind):
        return True
    if _SUPPLIED.search(around.clause) or _LENDS.match(around.behind):
        return True
    said = _CLOSED.search(around.until) and not _LACK.search(_PASSED.sub("", around.until))
    return bool(said or _SATISFIED.match(around.behind.lstrip(" :—-")))


def _role_in_need(around: _Around, *, visiting: bool) -> str:
    """Return the role of a name that nothing was brought to, "" where the words tell none."""
    _, clause, behind, until, _ = around
    if visiting and _FROM.search(clause) and _OF_STAFF.match(behind):
        return ASIDE
    if _is_giver(clause, behind):
        own = _OWN_LACK.search(behind) and not _TO_US.search(behind)
        return "" if own else "giving"
    if visiting and not _ONCE_THERE.search(clause) and _is_host(clause, behind):
        return "host"
    if re.search(r"(?:不是|并非)$", clause):
        return "mentioned"
    if _LACKS.match(behind, 0, len(until)) and not _PASSED.search(_CLAUSE.split(behind)[0]):
        return "needing"
    reported = _REPORTED.search(clause) and (not _LACK.search(until) or _PASSES_ON.match(behind))
    if reported or _GIVEN_TO.search(clause) or _COMPARED.search(clause):
        return "mentioned"
    left = re.search(r"(?:撤离|撤出|撤走|离开|告别)了?$", clause)
    aside = not around.still and (left or _COUNTED.match(behind) or _is_aside(clause, behind))
    aside = aside or _is_elsewhere(clause, behind)
    return ASIDE if aside and not _ADDRESS.search(clause) else ""


def _is_recipient(around: _Around) -> bool:
    """Tell whether goods went, or go as somebody plans, to what is named here."""
    before, clause, behind, _, _ = around
    if _PARCEL.match(behind) or (_RECIPIENT.search(clause) and _GIVES.match(behind)):
        return True
    if _ASKS.search(before):
        return False
    arrived = _ARRIVED.search(clause)
    if arrived and (arrived["soon"] or _DONE.search(clause + behind[:1])):
        return True
    return bool(_RECIPIENT.search(clause) and _GIFT_IN.match(behind))


def role_of_all(roles: Sequence[str]) -> str:
    """Return the role of a facility by those of its mentions."""
    told = set(roles)
    if STAGED in told:
        return "mentioned"
    if "" in told and told <= {"", "mentioned", ASIDE}:
        return "needing"
    return next(role for role in ("needing", "host", "giving", "mentioned", ASIDE) if role in told)


def without_asides(roles: Sequence[str]) -> list[str]:
    """Return the roles with those told in passing decided.

    Where no other facility needs, the one that is named is meant.
    """
    meant = not any(role in CONCERNED for role in roles)
    return [role if role != ASIDE else "needing" if meant else "mentioned" for role in roles]


def asks_for_nothing(text: str) -> bool:
    """Tell whether a text lacks every word of need: news, an offer, a patient who seeks a bed."""
    if _PATIENT.search(text) and not _OF_WARDS.search(text):
        return True
    if _NEEDS.search(text):
        return False
    return any(cue.search(text) for cue in (_OFFER, _RUMOUR, _NEWS))


def is_team(text: str, name: FacilityName) -> bool:
    """Tell whether a name is that of a team."""
    return bool(_TEAM_END.search(text, name.start, name.end))


def host_in_team(text: str, team: FacilityName) -> int | None:
    """Return where the host begins that a team's name holds (支援武汉协和医院医疗队)."""
    sent = _SENT.search(text, team.start, team.end)
    return sent.end() if sent else None


def _is_giver(clause: str, behind: str) -> bool:
    """Tell whether the words around a name say that it gave or sent something."""
    gives = _GIVES.match(behind) or _GIFT_TO.match(behind) or _GIVES_FREELY.match(behind)
    if gives and not _ASKED.search(gives[0]):
        return True
    if any(before.search(clause) and then.match(behind) for before, then in _LENT):
        return True
    if _SENT_HOME.match(behind) or (_THANKS.search(clause) and _LIST_END.match(behind)):
        return True
    return bool(_GIVEN_BY.search(clause) and _GIFT.match(behind))


def _is_host(clause: str, behind: str) -> bool:
    """Tell whether the words around a name say that a team from elsewhere works there."""
    if _OF_HOST.match(behind):
        return True
    if _ARRIVES.search(clause):
        return True
    if re.search(r"(?<![收送寄运捐发拨拿领达])[到去来赴往]$", clause) and _WORKS.match(behind):
        return True
    stays = _STAYS.search(clause)
    if not stays or (stays[0].endswith(("支援", "援助", "驰援")) and _GOODS_FOR.match(behind)):
        return False
    return (
        stays[0] not in ("在", "于")
        or bool(_WORKS.match(behind))
        or not behind.strip()
        or (not _SEEKING.match(behind))
    )


def _is_elsewhere(clause: str, behind: str) -> bool:
    """Tell whether somebody was, learned, asked or only stopped at what is named here."""
    if _ONCE_THERE.search(clause) or _SPOKEN_OF.search(clause):
        return True
    if any(words.match(behind) for words in (_BEYOND, _UNHARMED, _APART)):
        return True
    return any(before.search(clause) and then.match(behind) for before, then in _ELSEWHERE)


def _is_aside(clause: str, behind: str) -> bool:
    """Tell whether a name is only compared with, asked for news, or a place somebody went to."""
    if _ASIDE_BEHIND.match(behind) or _ENOUGH.match(behind):
        return True
    aside = _ASIDE_BEFORE.search(clause)
    if not aside:
        return False
    return not re.search(r"^(?:去|到|在|从)", aside[0]) or bool(_SEEKING.match(behind))
