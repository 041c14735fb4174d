"""Codes of the tables that a reader sees as they are: here they are words of ours, too.

A table holds the code in every language; what shows it tells it like any other text. Codes that
have words of their own (``state_word``, ``tier_word`` and their like) do not stand here, nor do
the fixed answers of the input tables, which stand in their description.
"""

from kamlib.words import _

CODES = (
    # the list of tasks: its verbs
    *(_("settle"), _("win back"), _("keep"), _("earn"), _("grow"), _("win"), _("thank")),
    # 01: demand, change, concentration
    *(_("smooth"), _("intermittent"), _("erratic"), _("lumpy"), _("irregular"), _("rose")),
    *(_("just A"), _("nearly A"), _("fell"), _("dried up"), _("cohort"), _("true"), _("false")),
    # 02: segments, types, quadrants, key accounts, the scorecard
    *(_("champions"), _("loyal"), _("potential loyalist"), _("promising"), _("at risk")),
    *(_("new or occasional"), _("needs attention"), _("about to sleep"), _("cannot lose")),
    *(_("hibernating"), _("strategic"), _("star"), _("status"), _("streamline"), _("lost")),
    *(_("not placeable"), _("breadwinner"), _("prospective"), _("image"), _("expert"), _("key")),
    *(_("entered"), _("left"), _("no room"), _("no candidate"), _("better"), _("worse"), _("same")),
    *(_("currency"), _("targets"), _("share"), _("talks"), _("prospects"), _("days")),
    # 03: models, rules, reasons, offers
    *(_("silence"), _("silence + own gap"), _("logistic regression"), _("fixed silence")),
    *(_("same weeks of earlier years"), _("rhythm"), _("weekly"), _("monthly"), _("half-yearly")),
    *(_("yearly"), _("seasonal"), _("project"), _("unknown"), _("up to 1 usual gap")),
    *(_("1 to 2 usual gaps"), _("2 to 4 usual gaps"), _("more than 4 usual gaps")),
    *(_("own-gap multiple"), _("model probability"), _("longer of both"), _("warned"), _("hit")),
    *(_("still lost"), _("missed"), _("does not pay off"), _("little for its hours")),
    *(_("refused lately"), _("proof of listening"), _("apology and service recovery")),
    *(_("delivery commitment"), _("visit and gift"), _("special price"), _("open talk")),
    *(_("quality guarantee"), _("assumed"), _("recorded"), _("fewer"), _("more")),
    *(_("attempt open"), _("closed down"), _("other number"), _("strong"), _("likely"), _("look")),
    # 04: three P's, target models, offers, evidence
    *(_("need"), _("budget"), _("authority"), _("prospect"), _("three P's"), _("P's fitted")),
    *(_("all facts"), _("unseen deals"), _("later deals"), _("fit"), _("random"), _("none known")),
    *(_("does not discriminate in your data"), _("tells won from lost"), _("no difference seen")),
    *(_("wins often"), _("wins seldom"), _("best accounts"), _("other accounts"), _("features")),
    *(_("low"), _("mid"), _("high"), _("micro"), _("small"), _("medium"), _("large")),
    *(_("direct"), _("against a rival"), _("second source"), _("more of the line")),
    *(_("derived from its industry"), _("derived from competitors"), _("derived from contacts")),
    *(_("derived from whitespace"), _("derived from a stated line"), _("annual revenue")),
    *(_("competitors"), _("employees"), _("contacts"), _("whitespace"), _("credit limit")),
    *(_("payments"), _("overdue invoices"), _("not now"), _("find out")),
    *(_("one-to-one"), _("one-to-few"), _("one-to-many")),
    # data and settings
    *(_("error"), _("warning"), _("note"), _("read"), _("set aside"), _("excluded")),
    *(_("added"), _("rejected"), _("kept"), _("transactions"), _("accounts"), _("interactions")),
    *(_("deliveries"), _("tenders"), _("judgements"), _("losses"), _("winbacks"), _("managers")),
    *(_("plans"), _("plays"), _("a cell cannot be read"), _("account is empty")),
    *(_("date is empty"), _("revenue is empty or no finite amount"), _("of accounts")),
    *(_("auc"), _("frequency"), _("none"), _("others"), _("popularity"), _("month"), _("size")),
    *(
        _("year ago"),
        _("account"),
        _("contact"),
        _("date"),
        _("revenue"),
        _("quarter"),
        _("manager"),
    ),
    # 05: lines, promises, what a dossier holds
    *(_("steady"), _("tender"), _("payment"), _("opponent"), _("one of us"), _("old")),
    *(_("credit note"), _("partly won"), _("withdrawn")),
    *(_("partly"), _("filled"), _("missing"), _("general"), _("new"), _("returned")),
    *(_("grown"), _("shrunk"), _("we owe"), _("they owe"), _("is not a number")),
    *(_("is not a date"),),
)
