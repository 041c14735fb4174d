"""The words within a header: short forms, and those that tell a currency, a scale or a unit."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# One word for many; applied to headers and to the names above alike.
ABBREVIATIONS: dict[str, str] = {
    **dict.fromkeys(("cust", "customers"), "customer"),
    **dict.fromkeys(("acct", "acc", "accnt"), "account"),
    **dict.fromkeys(("no", "nr", "num", "nbr", "number", "code", "key", "ident"), "id"),
    **dict.fromkeys(("код", "номер", "ид", "идентификатор", "номера"), "id"),
    **dict.fromkeys(("qty", "qnty", "quant", "qnt"), "quantity"),
    **dict.fromkeys(("amt", "amnt"), "amount"),
    **dict.fromkeys(("pct", "perc", "prc", "процент"), "percent"),
    "inv": "invoice",
    "dt": "date",
    "doc": "document",
    "prod": "product",
    "prd": "product",
    "cat": "category",
    "desc": "description",
    "descr": "description",
    "mgr": "manager",
    "salesman": "salesperson",
    "rev": "revenue",
    "ord": "order",
    "наим": "наименование",
    "контр": "контрагент",
}

# Words that make a longer name mean something else than its head says.
TELLING = word_set(
    "discount rebate tax vat freight shipping shipment ship due birth delivery delivered promised "
    "paid payment open plan planned target budget forecast cost costs unit list created modified "
    "updated change valid expiry return returned bonus fee charge commission balance credit debit "
    "previous prior last next requested required customer client id скидки скидка ндс налог налога "
    "доставки план плановая плановое рождения создания изменения оплаты платежа возврата бонуса "
    "долга задолженности остаток себестоимости закупки срок начала окончания прошлый"
)
TELLING_CHINESE = word_set(
    "折扣 税额 运费 成本 计划 目标 预算 预测 应收 应付 已付 未付 付款 收款 回款 退货 返利 欠款 "
    "余额 生日 出生 创建 修改 更新 交货 发货 到货 到期 佣金 优惠 库存"
)

CURRENCY_SIGNS = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "CNY", "₽": "RUB"}
CURRENCY_WORDS: dict[str, str] = {
    **dict.fromkeys(("gbp", "sterling", "英镑"), "GBP"),
    **dict.fromkeys(("eur", "euro", "euros", "teur", "keur", "欧元", "евро"), "EUR"),
    **dict.fromkeys(("usd", "dollar", "dollars", "美元", "долл", "доллар"), "USD"),
    **dict.fromkeys(("cny", "rmb", "yuan", "元", "人民币", "万元", "千元", "юань", "юаней"), "CNY"),
    **dict.fromkeys(("rub", "rur", "руб", "рубль", "рублей", "рубли", "卢布"), "RUB"),
}
CURRENCY_COLUMNS = (
    "currency, currency id, waers, waerk, währung, 币种, 货币, 币别, валюта, валюта документа"
)
SCALE_WORDS: dict[str, int] = {
    **dict.fromkeys(("thousand", "thousands", "teur", "keur", "tsd", "тыс", "千元", "千"), 1_000),
    **dict.fromkeys(("万元", "万"), 10_000),
    **dict.fromkeys(("million", "millions", "mio", "млн", "百万", "百万元"), 1_000_000),
}
SCALES_IN_BRACKETS: dict[str, int] = {"k": 1_000, "000": 1_000, "000s": 1_000, "m": 1_000_000}
UNIT_WORDS = word_set("pcs pc pieces шт ед 件 个 台 days day дней дн 天 чел hours h ч ч. kg кг")
