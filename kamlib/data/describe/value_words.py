"""What people write in columns with fixed answers and on scales, in several languages.

Per column the words for each of its choices, and the words for the places of a scale; compared
without case, blanks and signs, and traditional letters as simplified ones.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from kamlib.data.describe.letters import simplified
from kamlib.data.describe.schema import PLAY_PLACES, Column
from kamlib.settings import ACCOUNT_TYPES

_NOT_WORDS = re.compile(r"[\W_]+")
# Which of the words are of a language: those in its letters.
_LETTERS = {"zh": re.compile("[\u4e00-\u9fff]"), "ru": re.compile("[а-я]", re.IGNORECASE)}

YES = (
    "yes, y, true, 1, ja, j, wahr, si, s, oui, o, vrai, sim, tak, t, да, есть, имеется, истина, +,"
    "是, 有, 对, 真, 是的, √, ✓, ✔, v"
)
NO = (
    "no, n, false, 0, nein, falsch, non, faux, nao, nie, нет, не, отсутствует, ложь, 否, 无, 没有,"
    "不是, 假, 非, ×, ✗, ✘, x"
)
_FLAGS = {"yes": YES, "no": NO}
_OUTCOMES = {
    "won": (
        "won, closed won, win, converted, signed, success, successful, gewonnen, gagne, ganado,"
        "vinto, 赢单, 赢, 成交, 已成交, 签约, 已签约, 成功, 中标, 已转化, 已转客户, 已中标, 获胜,"
        "выигран, выиграна, выиграно, выиграли, победа, сделка, успешно, успех, заключен, договор,"
        "контракт, успешно реализовано, стал клиентом, купил"
    ),
    "lost": (
        "lost, closed lost, lose, failed, rejected, declined, disqualified, verloren, perdu,"
        "perdido, 输单, 输, 丢单, 失败, 落标, 未中标, 未成交, 未签约, 已流失, 放弃, 已放弃, 无效,"
        "战败, проигран, проиграна, проиграно, проиграли, проигрыш, отказ, отказался, потерян,"
        "провал, закрыто и не реализовано, не состоялась, нецелевой"
    ),
    "open": (
        "open, in progress, ongoing, pending, new, contacted, qualified, proposal, negotiation,"
        "working, engaging, prospecting, offen, laufend, en cours, abierto, aperto, 跟进中,"
        "进行中, 洽谈中, 谈判中, 谈判, 待跟进, 未结束, 评标中, 投标中, 待开标, 未开标, 新建,"
        "初步接触, 需求确认, 方案报价, 报价中, 待定, 新线索, 跟进, в работе, открыт, открыта,"
        "открыто, переговоры, новый, новая, в процессе, ожидание, ожидается, на рассмотрении,"
        "подана заявка, квалификация"
    ),
}
CHOICES: dict[tuple[str, str], dict[str, str]] = {
    ("identities", "kind"): {
        "same": (
            "same, same company, duplicate, double, doublet, typo, identisch, dublette, doublon,"
            "duplicado, 同一客户, 相同, 重复, 一样, тот же, то же, дубль, дубликат, опечатка"
        ),
        "renumbered": (
            "renumbered, new number, number changed, renamed, umnummeriert, neue nummer,"
            "renumerote, 编号变更, 换号, 新编号, 更名, новый код, перенумерован, смена кода,"
            "переименован"
        ),
        "merged": (
            "merged, merger, acquired, taken over, fusion, fusioniert, ubernommen, fusionado, 合并,"
            "并购, 被收购, слияние, объединен, присоединен, поглощен"
        ),
        "successor": (
            "successor, new owner, succession, nachfolger, neuer inhaber, successeur, sucesor,"
            "新业主, 继任, 接手, 承接, новый владелец, преемник, правопреемник"
        ),
        "site": (
            "site, branch, subsidiary, plant, standort, filiale, werk, tochter, sucursal, 分公司,"
            "工厂, 子公司, 门店, филиал, площадка, дочерняя, подразделение"
        ),
        "different": (
            "different, not the same, no, other, verschieden, nicht gleich, different company,"
            "不是同一客户, 不同, 否, другой, разные, не тот же, нет"
        ),
    },
    ("contacts", "role"): {
        "decides": (
            "decides, decider, decision maker, economic buyer, entscheider, decideur, decisor,"
            "决策者, 决策人, 决策, 决定者, 拍板人, 最终决策者, 最终决策人, 关键决策人, ЛПР,"
            "принимает решение, лицо принимающее решение, решает"
        ),
        "signs": (
            "signs, signer, signatory, approver, unterzeichner, 签批人, 签字人, 签批, 审批人,"
            "审批者, 批准者, 签署人, 批准人, подписант, подписывает, утверждает,"
            "экономический покупатель"
        ),
        "champions": (
            "champions, champion, sponsor, coach, promoter, supporter, befurworter, 内部支持者,"
            "支持者, 教练, 内线, 拥护者, 倡导者, 发起者, сторонник, чемпион, коуч, союзник,"
            "инициатор"
        ),
        "influences": (
            "influences, influencer, influence, technical buyer, buyer, buying, purchaser,"
            "purchasing, procurement, evaluator, recommender, beeinflusser, einkaufer, einkauf,"
            "影响者, 影响人, 采购, 采购者, 采购人, 采购员, 技术把关, 技术负责人, 技术评估, 评估者,"
            "建议者, ЛВР, ЛФР, влияет, влияет на решение, влияющий, лицо влияющее на решение,"
            "закупщик, закупки, снабжение, снабженец, технический эксперт,"
            "лицо формирующее решение"
        ),
        "uses": (
            "uses, user, end user, anwender, nutzer, utilisateur, usuario, 使用者, 使用人, 用户,"
            "最终用户, 使用部门, 使用, пользователь, конечный пользователь, использует"
        ),
        "gatekeeps": (
            "gatekeeps, gatekeeper, 把关人, 把关者, 守门人, 信息把关者, 控制者, привратник,"
            "секретарь, секретарский барьер, фильтр"
        ),
        "opposes": (
            "opposes, opponent, blocker, detractor, gegner, 反对者, 反对, 一票否决者, 阻碍者,"
            "противник, блокирует, против"
        ),
    },
    ("interactions", "kind"): {
        "meeting": (
            "meeting, visit, on site visit, demo, presentation, besuch, termin, treffen, reunion,"
            "visite, visita, 拜访, 上门拜访, 客户拜访, 上门, 面谈, 会议, 会面, 会谈, 来访, 接待,"
            "参观, 视频会议, 线上会议, 宴请, 展会, встреча, визит, выезд, совещание, презентация,"
            "переговоры, видеовстреча, вкс"
        ),
        "call": (
            "call, phone, phone call, telephone, anruf, telefonat, appel, llamada, telefonata,"
            "电话, 电话沟通, 电话拜访, 通话, 来电, 去电, 语音, звонок, телефон, телефонный звонок,"
            "входящий звонок, исходящий звонок"
        ),
        "e-mail": (
            "email, mail, letter, message, chat, sms, whatsapp, telegram, wechat, brief per mail,"
            "e mail, nachricht, courriel, correo, 邮件, 电子邮件, 邮箱, 微信, 企业微信, 微信沟通,"
            "短信, qq, 钉钉, 信函, письмо, почта, электронная почта, сообщение, переписка,"
            "мессенджер"
        ),
        "complaint": (
            "complaint, claim, reklamation, beschwerde, reclamation, reclamo, queja, 投诉, 客诉,"
            "客户投诉, 抱怨, 质量投诉, 索赔, жалоба, рекламация, претензия"
        ),
        "request": (
            "request, enquiry, inquiry, quote request, rfq, support, anfrage, demande, solicitud,"
            "richiesta, 需求, 询价, 请求, 咨询, 报价需求, 服务请求, 索样, запрос, заявка,"
            "обращение, запрос цены, запрос кп"
        ),
        "brief": "brief, briefing, 简报, 项目简介, бриф, тз, техническое задание",
        "other": (
            "other, others, misc, note, sonstiges, autre, otro, altro, 其他, 其它, другое, прочее"
        ),
    },
    ("tenders", "result"): {
        "won": "中标, " + _OUTCOMES["won"],
        "partly won": (
            "partly won, partially won, won in part, part won, split award, partial award,"
            "teilweise gewonnen, teilzuschlag, partiellement gagne, ganado en parte, 部分中标,"
            "部分赢单, 部分成交, 部分中选, частично выигран, частично выиграна, частично выиграно,"
            "частично выиграли, выигран частично, выиграна частично, частичная победа"
        ),
        "lost": "未中标, " + _OUTCOMES["lost"].replace("放弃, 已放弃, ", ""),
        # We took the bid back or made none: nobody was better.
        "withdrawn": (
            "withdrawn, withdrew, bid withdrawn, no bid, not bid, zuruckgezogen, retire, retirado,"
            "弃标, 已弃标, 撤回, 已撤回, 撤标, 退标, 放弃, 已放弃, 放弃投标, 主动放弃, отозван,"
            "отозвана, отозвано, отозвали, снят, снята, не участвовали, заявка отозвана"
        ),
        # Where nothing was awarded nobody has lost, and as a rule it is asked again.
        "open": "评标中, "
        + _OUTCOMES["open"]
        + ", cancelled, canceled, no award, void, aufgehoben, 流标, 废标, 终止, 取消,"
        "отменен, отменена, отменено, не состоялся, не состоялась, несостоявшийся",
    },
    ("prospects", "outcome"): _OUTCOMES,
    ("prospects", "relationship"): {
        "new": "new, new customer, neu, neukunde, nouveau, nuevo, 新客户, 新, 未合作, новый, новая",
        "past": (
            "past, former, lost, inactive, lapsed, ehemalig, altkunde, ancien, 曾合作, 过去合作,"
            "流失, 流失客户, 已流失, 历史客户, 停止合作, бывший, прошлый, прежний, ушедший,"
            "потерянный"
        ),
        "current": (
            "current, existing, active, customer, bestandskunde, aktiv, actuel, actual,"
            "现有客户, 老客户, 现有, 合作中, 在合作, 正在合作, 存量客户, действующий, текущий,"
            "активный, постоянный"
        ),
    },
    ("winbacks", "outcome"): {
        "won": "returned, 已挽回, 挽回成功, 回流, 已回归, вернулся, возвращен, вернули, "
        + _OUTCOMES["won"],
        "refused": (
            "refused, declined, rejected, lost, failed, abgelehnt, refuse, 拒绝, 已拒绝, 失败,"
            "挽回失败, отказ, отказался, отклонил, отклонено, не вернулся"
        ),
        "no answer": (
            "no answer, no response, no reply, keine antwort, 无回应, 无回复, 未回复, 没有回复,"
            "联系不上, нет ответа, без ответа, не ответил, не отвечает"
        ),
        "open": _OUTCOMES["open"],
    },
    ("losses", "reason"): {
        "service level": (
            "service level, service, poor service, 服务水平, 服务, 服务不好, 服务差, 服务质量,"
            "服务问题, уровень сервиса, сервис, обслуживание, плохой сервис, качество обслуживания"
        ),
        "product quality": (
            "product quality, quality, qualitat, qualite, calidad, 产品质量, 质量, 质量问题, 品质,"
            "качество товара, качество, качество продукции, брак"
        ),
        "missed deadlines": (
            "missed deadlines, late delivery, delays, delivery, lieferverzug, 交期延误, 交期,"
            "交货延迟, 延期, 延迟交货, 交付延迟, 交货期, 交货不及时, срыв сроков, сроки, задержки,"
            "сроки поставки, нарушение сроков, просрочка"
        ),
        "opinion not considered": (
            "opinion not considered, not heard, 意见未被采纳, 意见不被重视, 不听意见, 沟通不畅,"
            "мнение не учтено, не учли мнение, не слышат"
        ),
        "forgotten": (
            "forgotten, neglected, no contact, 被忽视, 被遗忘, 缺乏跟进, 无人跟进, 跟进不足,"
            "забыли, забыт"
        ),
        "price": (
            "price, too expensive, prices, preis, prix, precio, prezzo, 价格, 价格高, 价格过高,"
            "价格太高, 价格原因, 价格因素, цена, цены, высокая цена, дорого"
        ),
        "competitor": (
            "competitor, competition, wettbewerber, concurrent, 竞争对手, 竞争, 竞品,"
            "被竞争对手抢走, 被抢单, 转向竞争对手, 同行竞争, конкурент, конкуренты,"
            "ушел к конкуренту"
        ),
        "closed down": (
            "closed down, closed, bankrupt, bankruptcy, insolvent, insolvenz, 停业, 倒闭, 破产,"
            "关闭, 歇业, 停产, 注销, закрылся, закрытие, ликвидация, банкротство, закрыт"
        ),
        "unknown": (
            "unknown, unbekannt, inconnu, 未知, 不明, 原因不明, 不详, неизвестно, не известно"
        ),
    },
    ("judgements", "criterion"): {
        "income": "income, 收入, 收入贡献, доход, доходность",
        "reliability": "reliability, reliable, 可靠性, 可靠, надежность, надежный",
        "long-term": "long-term, long term, 长期性, 长期合作, 长期, долгосрочность, долгосрочный",
        "growth": "growth, 成长性, 增长, 成长, рост, перспективы роста",
        "new income": "new income, 新增收入, 新收入, новый доход, новые доходы",
        "reputation": "reputation, 声誉, 口碑, 信誉, репутация",
    },
    ("plays", "place"): {
        # The cells of the matrix and the places beside it are codes in every language.
        **{place: place for place in PLAY_PLACES if place not in ACCOUNT_TYPES},
        "breadwinner": "breadwinner, 支柱客户, 核心利润客户, кормилец",
        "prospective": "prospective, 潜力客户, перспективный, перспективный клиент",
        "image": "image, 标杆客户, 形象客户, имиджевый, имиджевый клиент",
        "expert": "expert, 专业型客户, 专业客户, эксперт, клиент-эксперт",
    },
    ("managers", "team"): {
        "sales": (
            "sales, sales department, vertrieb, verkauf, ventes, ventas, 销售, 销售部, 业务部,"
            "营销部, продажи, отдел продаж"
        ),
        "marketing": "marketing, 市场, 市场部, маркетинг, отдел маркетинга",
    },
}

_LEVELS = {
    "most": (
        "very high, highest, critical, very strong, decisive, sehr hoch, 很高, 非常高, 极高, 很强,"
        "极强, 决定性, очень высокое, очень высокая, очень высокий, решающее, решающая,"
        "максимальное, high, strong, big, large, hoch, stark, gross, haut, eleve, fort, alto,"
        "alta, 高, 强, 大, 充足, 充分, 充裕, 强烈, 迫切, 紧急, 完全, 全部, высокое, высокая,"
        "высокий, сильное, сильная, сильный, большое, большая, острая, полное, полные, достаточно,"
        "достаточный"
    ),
    "much": (
        "rather high, above average, eher hoch, 较高, 较强, 较大, 偏高, 中高, 中上, выше среднего,"
        "скорее высокое, довольно высокое"
    ),
    "some": (
        "medium, middle, moderate, average, partial, partly, some, mittel, moyen, medio, media,"
        "中, 中等, 一般, 普通, 部分, 部分有, 适中, 尚可, среднее, средняя, средний, умеренное,"
        "частично, частичные, частичное"
    ),
    "little": (
        "low, weak, small, little, insufficient, gering, niedrig, schwach, faible, bas, bajo,"
        "baja, basso, 低, 弱, 小, 不足, 较低, 较弱, 较小, 偏低, 很低, 很弱, 紧张, 有限, 不充足,"
        "низкое, низкая, низкий, слабое, слабая, слабый, малое, недостаточно, ограничено,"
        "ограниченный"
    ),
    "none": (
        "none, nothing, no, keine, kein, aucun, ninguno, nessuno, 无, 没有, 否, нет, отсутствует"
    ),
    "all": "yes, ja, oui, si, full, 有, 是, да, есть, полностью",
}
_LEVEL_PLACES = {
    "0–3": {"most": 3.0, "much": 2.0, "some": 2.0, "little": 1.0, "none": 0.0},
    "0–1": {"most": 1.0, "all": 1.0, "much": 0.75, "some": 0.5, "little": 0.25, "none": 0.0},
}
_ATTITUDES = {
    2.0: (
        "supporter, supportive, supports, strong supporter, champion, promoter, advocate,"
        "very positive, befurworter, sehr positiv, 支持, 强烈支持, 大力支持, 非常支持, 积极支持,"
        "坚定支持, 支持者, 拥护, сторонник, поддерживает, поддержка, за, очень положительное,"
        "союзник"
    ),
    1.0: (
        "positive, friendly, favourable, favorable, warm, positiv, 积极, 友好, 比较支持, 较支持,"
        "偏支持, 倾向支持, 正面, 好感, 认可, положительное, позитивное, доброжелательное,"
        "лояльное, лоялен, лояльный, хорошее, скорее за"
    ),
    0.0: (
        "neutral, indifferent, unknown, neutre, 中立, 中性, 一般, 观望, 无所谓, 不明确,"
        "нейтральное, нейтрален, нейтрально, нейтральный"
    ),
    -1.0: (
        "negative, sceptical, skeptical, critical, cold, negativ, skeptisch, 消极, 冷淡, 负面,"
        "不太支持, 偏反对, 怀疑, 保留, 不满, отрицательное, негативное, скептическое, прохладное,"
        "скорее против, недоволен"
    ),
    -2.0: (
        "opponent, opposed, opposes, against, hostile, blocker, very negative, gegner, 反对,"
        "强烈反对, 坚决反对, 反对者, 敌对, 抵制, против, противник, враждебное,"
        "резко отрицательное"
    ),
}
TERMS_AT_ONCE = (
    "cash, prepaid, prepayment, in advance, advance payment, on receipt, due on receipt, cod,"
    "cash on delivery, immediately, vorkasse, sofort, comptant, contado, contanti, 现结, 现款,"
    "现金, 预付, 预付款, 款到发货, 货到付款, 先款后货, 即付, 现款现货, 无账期, предоплата,"
    "по факту, аванс, наличные, без отсрочки, сразу"
)


def known_values(table: str, column: Column) -> Mapping[str, str | float]:
    """What each known word stands for in a column, by the word as :func:`value_key` gives it.

    A choice's text, ``yes`` or ``no``, or the place on the column's scale. Empty for a column
    without such words.
    """
    return _known(table, column.name, column.kind, column.unit)


def choice_word(table: str, column: Column, choice: str, language: str) -> str:
    """A choice in a language: the first of its words in that language, by which it is read."""
    words = _FLAGS if column.kind == "flag" else CHOICES.get((table, column.name), {})
    letters = _LETTERS.get(language)
    known = words.get(choice, "").split(",") if letters else []
    return next((word.strip() for word in known if letters.search(word)), choice)


def value_key(text: str) -> str:
    """A value without case, blanks, signs and accents that do not matter."""
    plain = simplified(unicodedata.normalize("NFKC", text)).casefold().replace("ё", "е")
    plain = "".join(sign for sign in unicodedata.normalize("NFD", plain) if sign not in _ACCENTS)
    plain = unicodedata.normalize("NFC", plain)
    return _NOT_WORDS.sub("", plain) or plain.strip()


_ACCENTS = frozenset("\u0300\u0301\u0302\u0303\u0308\u030a\u0327")  # not the breve of й


@cache
def _known(table: str, name: str, kind: str, unit: str) -> dict[str, str | float]:
    if kind == "flag":
        return _by_word(_FLAGS)
    if (table, name) in CHOICES:
        return _by_word(CHOICES[table, name])
    if unit == "-2 to 2":
        return _by_word(_ATTITUDES)
    places = _LEVEL_PLACES.get(unit, {}) if kind == "number" else {}
    levels = _by_word({level: _LEVELS[level] for level in places})
    return {word: places[level] for word, level in levels.items()}


def _by_word(listed: Mapping) -> dict:
    """The first value that lists a word, by word."""
    found: dict = {}
    for value, words in listed.items():
        for word in words.split(","):
            found.setdefault(value_key(word), value)
    return found
