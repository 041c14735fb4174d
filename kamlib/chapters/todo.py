"""What is to be done: the one list of which all others are slices. No page of its own."""

from math import nan

import pandas as pd

from kamlib.analysis.account.promises import promises
from kamlib.analysis.identities.open_twins import with_twins
from kamlib.analysis.measures.days import quarter_days
from kamlib.analysis.segments.plays import hours_available
from kamlib.analysis.todo import advised_words, sentences
from kamlib.analysis.todo.advised import AGAIN, Since, advised, advised_by, since_facts
from kamlib.analysis.todo.calendar import dated_work
from kamlib.analysis.todo.contradictions import contradictions
from kamlib.analysis.todo.spine import Subjects, first_tasks, todo_list
from kamlib.analysis.todo.tasks import (
    earn_tasks,
    grow_tasks,
    keep_tasks,
    owed_now,
    settle_tasks,
    target_tasks,
    thank_tasks,
    winback_tasks,
)
from kamlib.chapters.chapter import Chapter, frame, sentence, table
from kamlib.chapters.sheets.todo import ADVISED, TODO
from kamlib.show.spec import Page
from kamlib.words import _, share


class Todo(Chapter):
    """The one list of what each of us does with whom in the coming quarter."""

    name, title = "todo", _("To do")

    @frame
    def tasks(self) -> pd.DataFrame:
        """All that could be done with each account and prospect, before one is chosen."""
        churn, keys, targets = map(self.beside, ("churn", "segments", "targeting"))
        margin, rate = churn.year_margin["margin_a_year"], churn.margin_rate
        rules = {"settings": self.settings}
        found = [
            settle_tasks(self.owed, margin, churn.watched, self._lost, **rules),
            winback_tasks(churn.worth_asking),
            keep_tasks(churn.watched, churn.at_risk, keys.key_accounts.index, **rules),
            earn_tasks(self._thin, rate, currency=self.currency, **rules),
            grow_tasks(targets.whitespace, rate, targets.dependent),
            target_tasks(targets.targets, targets.find_out, rate, targets.dependent, **rules),
            thank_tasks(keys.happened, margin, **rules),
        ]
        return pd.concat(found, ignore_index=True)

    @table(
        page=Page("manager due verb subject name stake chance hours do why", rows=15),
        sheet=TODO,
    )
    def todo(self) -> pd.DataFrame:
        """What each of us does with whom in the coming quarter, as far as the hours reach."""
        listed = todo_list(self.tasks, self.known, self.hours, self.days, settings=self.settings)
        if self.came_back.empty:
            return listed
        said = advised_words.last_time(self.came_back).to_dict()
        words = [said.get(subject, "") for subject in listed["subject"]]
        return listed.assign(last_time=pd.Series(words, listed.index, dtype="str"))

    @frame
    def came_back(self) -> pd.DataFrame:
        """What came back of the list of the reported quarter; empty where nothing did."""
        work = self.book.tables.work
        if work is None:
            return pd.DataFrame()
        rows = work.tasks.rows
        return rows[rows["quarter"] == self.book.quarter_name].reset_index(drop=True)

    @frame
    def monday(self) -> pd.DataFrame:
        """The first task of each manager: whom to call on Monday, and why."""
        return first_tasks(self.todo)

    @table(page=Page("check subject why", otherwise=""))
    def contradictions(self) -> pd.DataFrame:
        """Where lists of this pack contradict each other."""
        churn, keys = self.beside("churn"), self.beside("segments")
        slices = {
            "watch_list": churn.watch_list,
            "winback": churn.winback,
            "plan": keys.plan.set_index("account"),
        }
        return contradictions(
            self.todo,
            slices,
            alone=churn.do_not_chase.index,
            lost=self._lost,
            dated=self.dated,
            hours=self.hours,
            days=self.days,
            faults=self.beside("measures").faults,
        )

    @frame
    def due(self) -> pd.Series:
        """By which day each account and target is called, where the hours reach."""
        return self.todo.set_index("subject")["due"].rename_axis("account")

    @frame
    def told(self) -> pd.Series:
        """What is to be done with each account or target, in a sentence; or why nothing is."""
        alone = self.beside("churn").do_not_chase["why"]
        alone = alone.map(lambda why: _("Leave it alone: {why}").format(why=why))
        return pd.concat([sentences.task_words(self.todo), alone]).astype("str")

    @frame
    def promised(self) -> pd.DataFrame:
        """Everything that we promised: kept, open or overdue."""
        book = self.book
        return promises(
            *map(book.known, ("interactions", "deliveries")),
            as_of=book.seen_to,
            settle_days=self.settings.dossier.settle_days,
        )

    @frame
    def owed(self) -> pd.Series:
        """What we owe each account, in words."""
        return owed_now(self.promised, settings=self.settings)

    @frame
    def dated(self) -> pd.DataFrame:
        """All that has a day, for calendars: the campaign's steps and the other tasks."""
        book, campaign = self.book, self.beside("targeting").campaign
        return dated_work(campaign, self.todo, as_of=book.as_of, company=book.dataset.name)

    @frame
    def hours(self) -> pd.Series:
        """The hours of the coming quarter per manager, for whatever is to be done.

        Nobody's accounts have hours only where there is something to be done with them.
        """
        managers = self.known.managers
        asked = managers.reindex(self.tasks["subject"].unique()).fillna("")
        people = pd.Index(managers[(managers != "") | (asked == "").any()].unique())
        return hours_available(self.book.known("managers"), people, settings=self.settings)

    @frame
    def days(self) -> pd.DatetimeIndex:
        """The working days of the coming quarter."""
        return quarter_days(self.book.as_of, self.settings.campaign.country)

    @frame
    def known(self) -> Subjects:
        """Those to whom something could be done: names, managers, plays, what not to do."""
        keys, targets = self.beside("segments"), self.beside("targeting").targets
        everyone, prospects = self.book.everyone, targets[targets["kind"] == "prospect"]
        # A prospect may bear the number of an account: then it is that account.
        prospects = prospects[~prospects.index.isin(everyone.index)]
        managers = pd.concat([everyone["manager"], prospects["owner"]])
        return Subjects(
            names=pd.concat([everyone["name"], prospects["name"]]),
            managers=managers.astype("str").fillna(""),
            key=keys.key_accounts.index,
            plays=keys.account_plays,
            lost=self._lost,
            owed=self.owed,
            cautions=self._cautions,
            dates=self._first_steps,
        )

    @sentence
    def work(self) -> str:
        """How many tasks fit into the hours, what the next hour brings, who could take over."""
        names = self.book.manager_names
        told = sentences.todo_headline(
            self.todo,
            self.hours,
            self.currency,
            names=names,
            assumed_rate=nan if self.book.has_margin else self.beside("churn").margin_rate,
        )
        least = self.settings.work.floor
        proposals = sentences.hand_over_proposals(
            self.todo, self.book.everyone, self.hours, least=least
        )
        return f"{told} {sentences.hand_over_words(proposals, self.currency, names)}".strip()

    @frame
    def last_tasks(self) -> pd.DataFrame:
        """The list of the reported quarter: as it came back, else as it would have been."""
        if len(self.came_back):
            return self.came_back
        before = self.book.earlier()
        tasks = before.todo.todo if before is not None else self.todo.iloc[:0]
        return tasks.assign(
            quarter=self.book.quarter_name,
            done_on=pd.NaT,
            outcome="",
            value=float("nan"),
            notes="",
            steps_done=0,
            returned=AGAIN,
        )

    @table(
        page=Page(
            "manager verb subject name stake worth done_on outcome since kept notes",
            rows=15,
            caption=_("What was advised last quarter, and what came of it"),
            otherwise="",
        ),
        sheet=ADVISED,
    )
    def advised(self) -> pd.DataFrame:
        """What was advised for the reported quarter, what was done, and what came of it."""
        return advised(self.last_tasks, self._since)

    @table(
        page=Page(
            "by key tasks stake rate done kept untouched rate_done rate_untouched said came",
            rows=None,
            caption=_("The same by what was to be done and by manager"),
            otherwise="",
        )
    )
    def advised_by(self) -> pd.DataFrame:
        """The tasks of the reported quarter, in all, by verb and by manager."""
        return advised_by(self.advised, settings=self.settings)

    @table(page=Page(otherwise=""))
    def written(self) -> pd.DataFrame | None:
        """All that people wrote into lists of packs that came back, whatever their quarter."""
        work = self.book.tables.work
        return None if work is None else work.entries

    @sentence
    def last_quarter(self) -> str:
        """What was advised for the reported quarter, what was done, and what came of it."""
        told = advised_words.advised_headline(self.advised, self.currency)
        return f"{told} {advised_words.doubt_words(self.advised)}".strip()

    @sentence
    def last_quarter_briefly(self) -> str:
        """The same in one sentence, of a list that came back."""
        return advised_words.advised_briefly(self.advised, self.currency)

    @sentence
    def untouched(self) -> str:
        """What the accounts of tasks that nobody touched did meanwhile, and what it shows."""
        return advised_words.comparison_words(self.advised_by)

    @property
    def _since(self) -> Since:
        """What became of accounts and prospects in the reported quarter."""
        book, targeting = self.book, self.beside("targeting")
        known, matches = book.known("prospects"), targeting.matches
        won = known[(known["outcome"] == "won") & ~(known["outcome_on"] > book.seen_to)]
        company = matches.loc[matches["account"] != "", "account"]
        facts = since_facts(
            book.line_quarters, self.beside("churn").states["state"], quarter=book.quarter
        )
        return Since(facts, company, pd.Index(won["prospect"]))

    @property
    def _thin(self) -> pd.DataFrame:
        thin = self.beside("abc_xyz").thin_margins
        columns = ["name", "manager", "revenue", "margin", "margin_rate", "missing_margin"]
        return pd.DataFrame(columns=columns) if thin is None else thin

    @property
    def _lost(self) -> pd.Index:
        """Who is lost, or gone as good as surely."""
        return self.beside("churn").economics.index

    @property
    def _cautions(self) -> pd.Series:
        """What is not to be done with an account, in words."""
        told = _("No lower prices: it earns {rate}.")
        usual = self.beside("churn").margin_rate
        thin = self._thin[self._thin["margin_rate"] < self.settings.todo.thin_share * usual]
        words = [told.format(rate=share(rate)) for rate in thin["margin_rate"]]
        found = pd.Series("", self.book.everyone.index, dtype="str")
        found.update(pd.Series(words, thin.index, dtype="str"))
        found = with_twins(found, self.book.identities.twins)
        return found[found != ""]

    @property
    def _first_steps(self) -> pd.Series:
        """The day of the first step that the campaign has for a target."""
        steps = self.beside("targeting").campaign_planned
        dated = steps[steps["date"].notna() & (steps["prospect"] != "")]
        return dated.groupby("prospect")["date"].min()
