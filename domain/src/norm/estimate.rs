//! The answer: lines, sums and notices. How the lines come about is in [`method`](super::method).
//!
//! What travels says `i64` where it means [`Kronor`]: the API schema's derive does not see through an alias.

use super::{
    Kronor,
    input::EstimateInput,
    kind::{CostKind, IncomeKind, NormCode, NoticeCode, Person, Status, Why},
    law::{LawBook, LawRef, Rule},
    month::Month,
    practice::LocalPractice,
    share::Share,
};
use serde::{Deserialize, Serialize};

/// What the norm says for one household in one month. Preliminary: the board decides. All amounts are whole kronor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Estimate {
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2026-11"))]
    pub month: Month,
    /// Sum of the lines of group `norm`.
    pub norm_total: i64,
    /// Sum of the lines of group `cost`.
    pub costs_total: i64,
    /// Sum of the lines of group `income`: what is counted of this month's incomes.
    pub incomes_total: i64,
    /// What was left from an earlier month, as far as it counts. A term of its own in the balance and no line: it is not an
    /// income of the month, and so the lines of every group sum to its total.
    pub previous_surplus: i64,
    /// `incomes_total + previous_surplus - norm_total - costs_total`. Below zero when something is missing.
    pub balance: i64,
    /// What is missing. Never below zero.
    pub support: i64,
    /// What is more than the norm and the costs. Never below zero.
    pub surplus: i64,
    /// Always true.
    pub preliminary: bool,
    pub lines: Vec<Line>,
    pub notices: Vec<Notice>,
}

/// One term of the calculation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Line {
    pub group: Group,
    pub code: LineCode,
    /// What is counted, in kronor, never below zero; rounded in the person's favour.
    pub amount: i64,
    pub status: Status,
    /// Why it counts so.
    pub why: Why,
    /// Absent where the section is not known for the month.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub law: Option<LawRef>,
    /// What `amount` is a part of, in kronor: the norm for the whole month, or what was stated.
    pub basis: i64,
    /// Which part of `basis` is counted, where it is a fixed part: 15 of 30 days, 3 of 4 persons, 75 of 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// Whose line it is, where it is one person's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, example = "child1"))]
    pub person: Option<Person>,
}

/// Which sum a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Group {
    Norm,
    Cost,
    Income,
}

/// What a line is, within its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum LineCode {
    Norm(NormCode),
    Cost(CostKind),
    Income(IncomeKind),
}

impl LineCode {
    /// The code, as in JSON. Unique within the group only: there are other costs and other incomes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Norm(code) => code.as_str(),
            Self::Cost(kind) => kind.as_str(),
            Self::Income(kind) => kind.as_str(),
        }
    }

    const fn group(self) -> Group {
        match self {
            Self::Norm(_) => Group::Norm,
            Self::Cost(_) => Group::Cost,
            Self::Income(_) => Group::Income,
        }
    }
}

/// What the person should know beside the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Notice {
    pub code: NoticeCode,
    /// Absent where no section is known, or where the matter is practice.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub law: Option<LawRef>,
}

/// The sheet a method writes on: adds up as it goes, so that lines and sums cannot differ.
#[derive(Debug)]
pub struct Sheet {
    law: LawBook,
    norm_total: Kronor,
    costs_total: Kronor,
    incomes_total: Kronor,
    previous_surplus: Kronor,
    lines: Vec<Line>,
    notices: Vec<Notice>,
}

impl Sheet {
    /// A line without share or person. Its amount is added when it is [put](Self::put) on the sheet.
    fn line(&self, code: LineCode, basis: Kronor, counted: Counted) -> Line {
        let Counted { amount, status, why, rule } = counted;
        let law = rule.and_then(|rule| self.law.section(rule));
        Line { group: code.group(), code, amount, status, why, law, basis, share: None, person: None }
    }

    /// The only way onto the sheet.
    fn put(&mut self, line: Line) {
        let total = match line.group {
            Group::Norm => &mut self.norm_total,
            Group::Cost => &mut self.costs_total,
            Group::Income => &mut self.incomes_total,
        };
        *total += line.amount;
        self.lines.push(line);
    }

    /// A need of the norm, or a share of one.
    pub(super) fn norm(&mut self, need: (NormCode, Why, Rule), basis: Kronor, share: Share, person: Option<Person>) {
        self.norm_in_units(need, (basis, 1), share, person);
    }

    /// The same where the basis is a number of parts of a krona: so many, so many to the krona. Rounded once.
    pub(super) fn norm_in_units(
        &mut self,
        (code, why, rule): (NormCode, Why, Rule),
        (parts, to_the_krona): (Kronor, u32),
        share: Share,
        person: Option<Person>,
    ) {
        let krona = Share::capped(1, to_the_krona);
        let (amount, basis) = (krona.times(share).round_up(parts), krona.round_up(parts));
        let counted = Counted { amount, status: Status::Counted, why, rule: Some(rule) };
        let line = self.line(LineCode::Norm(code), basis, counted);
        self.put(Line { share: (!share.is_whole()).then_some(share), person, ..line });
    }

    /// A cost beside the norm, of which `counted` is counted.
    pub(super) fn cost(&mut self, kind: CostKind, stated: Kronor, counted: Counted) {
        self.put(self.line(LineCode::Cost(kind), stated, counted));
    }

    /// An income, of which `counted` is counted.
    pub(super) fn income(&mut self, income: &Stated, counted: Counted) {
        let line = self.line(LineCode::Income(income.kind), income.amount, counted);
        self.put(Line { share: income.share, person: income.person, ..line });
    }

    pub(super) fn notice(&mut self, code: NoticeCode, rule: Option<Rule>) {
        let law = rule.and_then(|rule| self.law.section(rule));
        self.notices.push(Notice { code, law });
    }

    /// Below zero when something is missing.
    pub(super) const fn balance(&self) -> Kronor {
        self.incomes_total + self.previous_surplus - self.norm_total - self.costs_total
    }

    pub(super) const fn previous_surplus(&self) -> Kronor {
        self.previous_surplus
    }

    /// Personal costs of this member, as they stand on the sheet.
    pub(super) fn personal_costs(&self, person: Person) -> Kronor {
        self.sum(|line| line.group == Group::Norm && line.person == Some(person))
    }

    /// Common costs of the household, as they stand on the sheet.
    pub(super) fn common_costs(&self) -> Kronor {
        self.sum(|line| matches!(line.code, LineCode::Norm(NormCode::Common | NormCode::CommonShared)))
    }

    /// What is counted so far of this member's own money, earnings apart.
    pub(super) fn counted_of(&self, person: Person) -> Kronor {
        self.sum(|line| match line.code {
            LineCode::Income(kind) => kind != IncomeKind::PupilWage && line.person == Some(person),
            _ => false,
        })
    }

    fn sum(&self, wanted: impl Fn(&Line) -> bool) -> Kronor {
        self.lines.iter().filter(|line| wanted(line)).map(|line| line.amount).sum()
    }

    pub(super) fn has_why(&self, why: Why) -> bool {
        self.lines.iter().any(|line| line.why == why)
    }
}

/// What is counted of something, and on what ground.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    pub(super) amount: Kronor,
    pub(super) status: Status,
    pub(super) why: Why,
    pub(super) rule: Option<Rule>,
}

/// An income as it was stated.
#[derive(Clone, Copy)]
pub(super) struct Stated {
    pub(super) kind: IncomeKind,
    pub(super) amount: Kronor,
    pub(super) person: Option<Person>,
    /// The fixed part that is counted, where the law has one.
    pub(super) share: Option<Share>,
}

/// Runs the method of the month and closes the sums.
pub(super) fn make(input: &EstimateInput<'_>, practice: &LocalPractice) -> Estimate {
    // Two lines for adults and common costs.
    let lines = 2 + input.household.children.len() + input.costs.len() + input.incomes.len();
    let mut sheet = Sheet {
        law: LawBook::of(input.month),
        norm_total: 0,
        costs_total: 0,
        incomes_total: 0,
        previous_surplus: input.method.surplus(input, practice),
        lines: Vec::with_capacity(lines),
        notices: Vec::with_capacity(8),
    };
    let method = input.method;
    method.norm(input, practice, &mut sheet);
    method.costs(input, practice, &mut sheet);
    method.incomes(input, practice, &mut sheet);
    method.notices(input, &mut sheet);
    let balance = sheet.balance();
    Estimate {
        month: input.month,
        norm_total: sheet.norm_total,
        costs_total: sheet.costs_total,
        incomes_total: sheet.incomes_total,
        previous_surplus: sheet.previous_surplus,
        balance,
        support: (-balance).max(0),
        surplus: balance.max(0),
        preliminary: true,
        lines: sheet.lines,
        notices: sheet.notices,
    }
}
