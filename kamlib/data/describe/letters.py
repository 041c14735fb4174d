"""Letters and names as they are compared: traditional ones as simplified, companies by a key."""

import re

import pandas as pd

_PAIRS = (
    "編编 號号 單单 據据 數数 業业 務务 員员 區区 稅税 無无 額额 銷销 貨货 發发 開开 時时 "
    "間间 價价 總总 計计 產产 類类 別别 訂订 項项 購购 買买 賣卖 經经 職职 責责 負负 來来 "
    "應应 實实 際际 備备 註注 說说 聯联 繫系 絡络 電电 話话 郵邮 採采 決决 響响 態态 關关 "
    "興兴 課课 題题 結结 簽签 約约 專专 標标 報报 爭争 對对 輸输 贏赢 機机 會会 線线 潛潜 "
    "預预 營营 權权 級级 紀纪 錄录 訪访 動动 進进 見见 後后 續续 處处 違违 遲迟 準准 運运 "
    "費费 庫库 倉仓 幣币 幹干 萬万 億亿 銀银 帳账 帐账 賬账 檔档 資资 訊讯 構构 組组 織织 "
    "環环 歷历 內内 與与 團团 隊队 門门 積积 強强 評评 審审 擔担 當当 為为 點点 寫写 憑凭 "
    "證证 製制 廠厂 戶户 倆俩 聲声 領领 導导 頭头 龍龙 規规 認认 識识 體体 達达 圍围 讓让 "
    "節节 舊旧 質质 訴诉 術术 維维 護护 傳传 從从 屬属 國国 縣县 縱纵 橫横 東东 華华 灣湾 "
    "廣广 顧顾 問问 優优 勢势 長长 連连 鎖锁 設设 閥阀 軸轴 統统 礎础 條条 壓压 鋼钢 鐵铁 "
    "氣气 濾滤 離离 網网 軟软 碼码 簡简 稱称 紅红 藍蓝 沖冲 帶带 週周 歲岁 個个 兩两 貳贰 "
    "參参 陸陆 滿满 確确 較较 極极 選选 獲获 棄弃 圖图 雙双 盤盘 銜衔 轉转 漲涨 減减 嗎吗 "
    "樣样 齊齐 還还 餘余 繳缴 給给 拋抛 讀读 變变 歸归 狀状 況况 毀毁 損损 遺遗 誤误 遞递 "
    "辦办 裝装 檢检 驗验 異异 廢废 潤润 淨净 劃划 贈赠 樓楼 場场 頻频 屆届 於于 詢询 邊边 "
    "陳陈 過过 佈布 併并 係系 僅仅 償偿 兌兑 剛刚 創创 則则 勞劳 協协 啟启 執执 壞坏 寬宽 "
    "層层 島岛 競竞 儲储 勝胜 敗败 師师 顯显 調调 鄉乡 鎮镇 財财 議议 談谈 戰战 盡尽 僱雇 "
    "舉举 獎奖 徵征 緊紧 滯滞 種种 彙汇 匯汇 閉闭 閱阅 絕绝 穩稳 複复 復复 暫暂 鍵键 鮮鲜 "
    "飲饮 醫医 療疗 藥药 農农 紡纺 膠胶 館馆 貿贸 範范 幾几 臺台 檯台 佔占 譽誉 駁驳 啓启 "
    "夠够 測测 試试 籤签 親亲 歡欢 滙汇 賒赊 輔辅 鏈链 誠诚 讚赞 贊赞 塊块 紙纸 輪轮 軌轨 "
    "飾饰 嚴严 遠远 貸贷"
)
_CAMEL = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")
_SIMPLIFIED = {ord(traditional): simple for traditional, simple in _PAIRS.split()}


def simplified(text: str) -> str:
    """A text with traditional letters written as simplified ones."""
    return text.translate(_SIMPLIFIED)


def words_apart(text: str) -> str:
    """A text with a blank between words that only a capital parts.

    >>> words_apart("isCancelled")
    'is Cancelled'
    """
    return _CAMEL.sub(" ", text)


# Letters of their own that accents alone do not explain; German umlauts as if written out.
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ł": "l",
     "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'", "＆": "&"}
)  # fmt: skip
_AND = r"\b(?:and|und|et|en|og|och|и)\b|和"
# Without dots and accents, as they stand once the name has been made plain; the long ones first.
_PHRASES = (
    *("общество с ограниченнои ответственностью", "акционерное общество"),
    *("spolka z ograniczona odpowiedzialnoscia", "limited liability company"),
    *("ug haftungsbeschraenkt", "sp z oo", "sp k", "sp j", "sa de cv", "sdn bhd", "pty ltd"),
)
_RUSSIAN_FORMS = ("ооо", "ао", "зао", "пао", "оао", "нао", "ип", "тоо")
_FORMS = (
    # German, Dutch, Belgian, French
    *("gmbh", "ggmbh", "mbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "ek", "ev", "se", "co"),
    *("cie", "company", "bv", "nv", "vof", "bvba", "sprl", "sa", "sas", "sasu", "sarl", "eurl"),
    # Nordic and Baltic
    *("ab", "as", "asa", "aps", "oy", "oyj", "hf", "ehf", "uab", "sia", "oue"),
    # English
    *("ltd", "limited", "plc", "llp", "llc", "lp", "inc", "incorporated", "corp", "corporation"),
    *("pte", "pvt"),
    # Italian, Spanish, Polish, Czech, Hungarian and others
    *("spa", "srl", "srls", "sl", "slu", "ltda", "spzoo", "sro", "doo", "kft", "zrt"),
    *_RUSSIAN_FORMS,
)
_FORM = "|".join([*_PHRASES, *_FORMS])
_LAST_FORMS = rf"(?:\s*\b(?:{_FORM})\b)+\s*$"
_FIRST_FORMS = rf"^\s*(?:(?:{'|'.join((*_PHRASES[:2], *_RUSSIAN_FORMS))})\b\s*)+"
_CHINESE_FORMS = r"(?:股份有限公司|有限责任公司|有限公司|股份公司|公司|株式会社)\s*$"
_INVISIBLE = "[\u00ad\u200b-\u200d\u2060\ufeff]"
_PUNCTUATION = r"[\s.,;:·・\"'’‘“”„«»`´()\[\]{}<>《》【】、。_-]+"
_HAN = "\u3040-\u30ff\u3400-\u9fff"
_BESIDE_HAN = f"(?<=[{_HAN}]) | (?=[{_HAN}])"


def name_key(names: pd.Series) -> pd.Series:
    """What is left of company names by which the same company is found again.

    Case, accents, punctuation, "and" in any language and legal forms at the end (Russian ones
    at the start too) are taken away; "ü" counts as "ue".

    >>> name_key(pd.Series(["Müller & Sohn GmbH & Co. KG", "MUELLER und Sohn GmbH", "AG"])).tolist()
    ['mueller sohn', 'mueller sohn', '']

    Parameters
    ----------
    names
        Company names as written; missing ones allowed.

    Returns
    -------
    ``name_key`` with the same index: "" where nothing is left.
    """
    written = names.astype("str").fillna("")
    plain = pd.Series(written.unique(), dtype="str")
    key = plain.str.normalize("NFKC").str.casefold().str.translate(_LETTERS)
    key = key.str.normalize("NFKD").str.replace(r"[\u0300-\u036f']", "", regex=True)
    key = key.str.replace(r"\b(\w)[./]\s*(?=\w\b)", r"\1", regex=True)
    key = key.str.replace("&", " and ").str.replace("+", " and ")
    key = key.str.replace(r"[\W_]+", " ", regex=True)
    key = key.str.replace(_AND, " ", regex=True).str.split().str.join(" ")
    key = key.str.replace(_FIRST_FORMS, "", regex=True)
    key = key.str.replace(_LAST_FORMS, "", regex=True)
    key = key.str.replace(_CHINESE_FORMS, "", regex=True).str.strip()
    found = written.map(dict(zip(plain, key, strict=True)))
    return found.astype("str").rename("name_key")


def spelling_key(names: pd.Series) -> pd.Series:
    """What is left of names once case, blanks and punctuation are taken away.

    Two names with the same key are the same name written in two ways; legal forms, accents and
    words stay.

    >>> spelling_key(pd.Series(["IVY  Parts.", "中科（ 杭州）", "中科(杭州)"])).tolist()
    ['ivy parts', '中科杭州', '中科杭州']

    Parameters
    ----------
    names
        Names as written; missing ones allowed.

    Returns
    -------
    ``spelling_key`` with the same index: "" where nothing is left.
    """
    key = names.astype("str").fillna("").str.normalize("NFKC").str.casefold()
    key = key.str.replace(_INVISIBLE, "", regex=True)
    key = key.str.replace(_PUNCTUATION, " ", regex=True).str.split().str.join(" ")
    key = key.str.replace(_BESIDE_HAN, "", regex=True)
    return key.astype("str").rename("spelling_key")
