//! The answer in sentences: why each line counts as it does, and the whole of it for those who listen or would rather
//! read sentences than a table. Only the server tells; the browser's panel shows the figures.

use super::words::{Words, group};
use crate::ui::format::kronor;
use domain::norm::{Estimate, First, Group, Line, NoticeCode, Share, Status};

/// The groups with their sums, in the order they are told.
pub const fn sums(estimate: &Estimate) -> [(Group, i64); 3] {
    [(Group::Norm, estimate.norm_total), (Group::Cost, estimate.costs_total), (Group::Income, estimate.incomes_total)]
}

/// Whether one may wonder at a line: not all of it is counted, or the board looks at it by itself.
pub fn asks_why(line: &Line) -> bool {
    line.status != Status::Counted || line.share.is_some()
}

impl Words {
    /// An amount as it is said: "3 940 kronor".
    pub fn spoken(&self, amount: i64) -> String {
        kronor(amount, self.language(), self.get("tell.kronor"))
    }

    /// Why a line counts as it does, with its figures: which part, and what is above a limit.
    pub fn why(&self, line: &Line) -> String {
        let mut text = self.get(&format!("why.{}", line.why)).to_owned();
        if line.share.is_some() && !text.contains("{out_of}") {
            text = format!("{text} {}", self.get("why.share"));
        }
        let share = line.share.unwrap_or(Share::WHOLE);
        text.replace("{amount}", &self.spoken(line.amount))
            .replace("{basis}", &self.spoken(line.basis))
            .replace("{rest}", &self.spoken(line.basis - line.amount))
            .replace("{of}", &share.of().to_string())
            .replace("{out_of}", &share.out_of().to_string())
    }

    /// A sentence with one amount in it.
    pub fn with_amount(&self, key: &str, amount: i64) -> String {
        self.get(key).replace("{amount}", &self.spoken(amount))
    }

    fn labelled(&self, label: &str, amount: i64) -> String {
        self.with_amount("tell.line", amount).replace("{label}", label)
    }

    /// A line as a sentence, with the reason where one may wonder.
    fn line(&self, line: &Line) -> String {
        let label = self.label(line);
        let said = if line.amount == line.basis {
            self.labelled(&label, line.amount)
        } else {
            let part = self.with_amount("tell.part", line.amount);
            part.replace("{label}", &label).replace("{basis}", &self.spoken(line.basis))
        };
        if asks_why(line) { format!("{said} {}", self.why(line)) } else { said }
    }

    /// The answer as the headline has it, with the unit written out.
    fn answer(&self, estimate: &Estimate) -> String {
        if estimate.support > 0 { self.with_amount("shortfall", estimate.support) } else { self.headline(estimate) }
    }

    /// What is so beside the figures; what always holds is said apart.
    pub fn known(&self, estimate: &Estimate) -> Vec<String> {
        let apart = [
            NoticeCode::Preliminary,
            NoticeCode::RightToApply,
            NoticeCode::EmergencyTested,
            NoticeCode::SurplusCanApplyAnyway,
        ];
        let known = estimate.notices.iter().filter(|notice| !apart.contains(&notice.code));
        known.map(|notice| self.get(&format!("notice.{}", notice.code)).to_owned()).collect()
    }

    /// What it means that nothing is missing, and that one can apply all the same; nothing where something is.
    pub fn nothing_missing(&self, estimate: &Estimate) -> Vec<String> {
        if estimate.support > 0 {
            return Vec::new();
        }
        let more = (estimate.surplus > 0).then(|| self.with_amount("surplus", estimate.surplus));
        more.into_iter().chain([self.get("notice.surplus_can_apply_anyway").to_owned()]).collect()
    }

    /// The whole answer in plain sentences, a paragraph for each matter. No sections of law: they are heard badly, and
    /// stand in the table.
    pub fn told(&self, about: &str, estimate: &Estimate, first: &[First]) -> Vec<String> {
        let mut paragraphs = vec![
            [format!("{about}."), format!("{}.", self.answer(estimate)), self.get("notice.preliminary").to_owned()]
                .into_iter()
                .chain(self.nothing_missing(estimate))
                .collect::<Vec<_>>(),
        ];
        for (wanted, total) in sums(estimate) {
            let lines: Vec<String> =
                estimate.lines.iter().filter(|line| line.group == wanted).map(|line| self.line(line)).collect();
            if !lines.is_empty() {
                let sum = self.with_amount(&format!("tell.{}", group(wanted)), total);
                paragraphs.push([vec![sum], lines].concat());
            }
        }
        if estimate.previous_surplus > 0 {
            let left = self.labelled(self.get("previous"), estimate.previous_surplus);
            paragraphs.push(vec![left, self.get("why.previous").to_owned()]);
        }
        let (label, total) = self.total(estimate);
        paragraphs.push(vec![
            self.with_amount("tell.needs", estimate.norm_total + estimate.costs_total),
            self.with_amount("tell.means", estimate.incomes_total + estimate.previous_surplus),
            self.labelled(label, total),
        ]);
        paragraphs.push(self.known(estimate));
        if !first.is_empty() {
            paragraphs.push(vec![self.get("first.lead").to_owned()]);
        }
        for First { code, decided_by } in first {
            let name = format!("{}.", self.get(&format!("first.{code}")));
            let said = [format!("first_text.{code}"), format!("decides.{decided_by}")];
            paragraphs.push([name].into_iter().chain(said.map(|key| self.get(&key).to_owned())).collect());
        }
        paragraphs.push(vec![self.get("right").to_owned(), self.get("urgent").to_owned()]);
        paragraphs.into_iter().filter(|sentences| !sentences.is_empty()).map(|sentences| sentences.join(" ")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{i18n::Locale, norm::texts};
    use domain::norm::{CostKind, IncomeKind, LineCode, NormCode, Why};

    fn line(group: Group, code: LineCode, why: Why, amount: i64, basis: i64, share: Option<(u32, u32)>) -> Line {
        let share = share.and_then(|(of, out_of)| Share::new(of, out_of));
        Line { group, code, amount, status: Status::Counted, why, law: None, basis, share, person: None }
    }

    fn common(why: Why, share: Option<(u32, u32)>) -> Line {
        line(Group::Norm, LineCode::Norm(NormCode::Common), why, 705, 1410, share)
    }

    #[test]
    fn a_share_is_told_in_figures_by_every_reason() {
        let words = texts::words(Locale::sv);
        for (line, wanted) in [
            (common(Why::NormCommonShared, Some((3, 4))), "3 av 4"),
            (
                common(Why::NormCommon, Some((1, 2))),
                "Hela beloppet är 1\u{a0}410\u{a0}kronor. Här räknas 1 av 2 delar.",
            ),
            (common(Why::NormCommonBeyondTable, Some((8, 10))), "8 av 10 delar"),
            (common(Why::NormOneOfCouple, Some((1, 2))), "1 av 2 delar"),
        ] {
            let why = words.why(&line);
            assert!(why.contains(wanted) && !why.contains('{'), "{why}");
        }
        assert!(!words.why(&common(Why::NormCommon, None)).contains("delar."), "no share, no parts");
    }

    #[test]
    fn what_is_above_a_limit_is_told() {
        for (t, wanted) in [
            (Locale::sv, "1\u{a0}200\u{a0}kronor"),
            (Locale::en, "1,200\u{a0}kronor"),
            (Locale::ar, "1,200\u{a0}كرونة"),
        ] {
            let words = texts::words(t);
            let rent = line(Group::Cost, LineCode::Cost(CostKind::Rent), Why::CostAboveCeiling, 7000, 8200, None);
            assert!(words.why(&rent).contains(wanted), "{}", words.why(&rent));
            let own = IncomeKind::ChildPension;
            let own = line(Group::Income, LineCode::Income(own), Why::IncomeChildsOwnAboveShare, 3000, 4200, None);
            assert!(words.why(&own).contains(wanted), "{}", words.why(&own));
        }
    }

    #[test]
    fn every_reason_is_filled_in() {
        for t in [Locale::sv, Locale::en, Locale::ar] {
            let words = texts::words(t);
            for why in Why::ALL {
                let text = words.why(&common(*why, Some((1, 2))));
                assert!(text.len() > 20 && !text.contains(['{', '}']), "{why}: {text}");
            }
        }
    }
}
