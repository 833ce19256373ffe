//! The estimate's words in one language, by code. A code without a text does not compile.

use crate::{
    i18n::{I18nLocaleTrait, Locale, td_string},
    norm::words::Words,
};
use domain::norm::{CostKind, DecidedBy, FirstStep, IncomeKind, NormCode, NoticeCode, Situation, Why};
use std::collections::BTreeMap;

/// Everything the result can need.
pub fn words(t: Locale) -> Words {
    let plain = [
        ("urgent", td_string!(t, norm.urgent)),
        ("urgent_link", td_string!(t, norm.urgent_link)),
        ("group.norm", td_string!(t, norm.group.norm)),
        ("group.cost", td_string!(t, norm.group.cost)),
        ("group.income", td_string!(t, norm.group.income)),
        ("sum.norm", td_string!(t, norm.sum.norm)),
        ("sum.cost", td_string!(t, norm.sum.cost)),
        ("sum.income", td_string!(t, norm.sum.income)),
        ("partly", td_string!(t, norm.status.partly)),
        ("not_counted", td_string!(t, norm.status.not_counted)),
        ("decided_individually", td_string!(t, norm.status.decided_individually)),
        ("known", td_string!(t, norm.known.title)),
        ("explained", td_string!(t, norm.explained)),
        ("why.previous", td_string!(t, norm.why.previous)),
        ("tell.title", td_string!(t, norm.tell.title)),
        ("tell.open", td_string!(t, norm.tell.open)),
        ("tell.kronor", td_string!(t, norm.tell.kronor)),
        ("print.button", td_string!(t, norm.print.button)),
        ("print.how", td_string!(t, norm.print.how)),
        ("first.title", td_string!(t, norm.first.title)),
        ("first.lead", td_string!(t, norm.first.lead)),
    ];
    let mut words = live(t);
    words.0.extend(told(t).map(|(key, text)| (key.to_owned(), text)));
    words.0.extend(Why::ALL.iter().map(|code| (format!("why.{code}"), why(t, *code))));
    for step in FirstStep::ALL {
        let (name, meaning) = first(t, *step);
        words.0.insert(format!("first.{step}"), name.to_owned());
        words.0.insert(format!("first_text.{step}"), meaning.to_owned());
    }
    words.0.extend(DecidedBy::ALL.iter().map(|by| (format!("decides.{by}"), decides(t, *by).to_owned())));
    words.0.extend(plain.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned())));
    words.0.extend(NoticeCode::ALL.iter().map(|code| (format!("notice.{code}"), notice(t, *code).to_owned())));
    words
}

/// What the live panel needs of it: no more travels to the phone.
pub fn live(t: Locale) -> Words {
    let plain = [
        ("language", t.as_str()),
        ("unit", td_string!(t, common.kronor)),
        ("no_shortfall", td_string!(t, norm.no_shortfall)),
        ("even", td_string!(t, norm.even)),
        ("higher_or_lower", td_string!(t, norm.higher_or_lower)),
        ("right", td_string!(t, norm.right)),
        ("previous", td_string!(t, norm.sum.previous)),
        ("missing", td_string!(t, norm.sum.missing)),
        ("more", td_string!(t, norm.sum.more)),
        ("live", td_string!(t, norm.live)),
        ("live_wait", td_string!(t, norm.live_wait)),
        ("live_not_known", td_string!(t, common.field.norm_not_known)),
        ("table", td_string!(t, norm.table)),
        ("item", td_string!(t, norm.item)),
        ("kronor", td_string!(t, norm.kronor)),
    ];
    let mut words: BTreeMap<String, String> =
        plain.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned())).collect();
    words.insert("shortfall".to_owned(), td_string!(t, norm.shortfall, amount = "{amount}").to_string());
    words.extend(NormCode::ALL.iter().map(|code| (format!("line.norm.{code}"), norm(t, *code))));
    words.extend(CostKind::ALL.iter().map(|kind| (format!("line.cost.{kind}"), cost(t, *kind).to_owned())));
    words.extend(IncomeKind::ALL.iter().map(|kind| (format!("line.income.{kind}"), income(t, *kind).to_owned())));
    Words(words)
}

/// A line of the norm; `{number}` stands for the child's place.
fn norm(t: Locale, code: NormCode) -> String {
    match code {
        NormCode::AdultSingle => td_string!(t, norm.line.adult_single).to_owned(),
        NormCode::AdultCouple => td_string!(t, norm.line.adult_couple).to_owned(),
        NormCode::AdultOneOfCouple => td_string!(t, norm.line.adult_one_of_couple).to_owned(),
        NormCode::Child => td_string!(t, norm.line.child, number = "{number}").to_string(),
        NormCode::ChildWithoutLunch => td_string!(t, norm.line.child_without_lunch, number = "{number}").to_string(),
        NormCode::Common => td_string!(t, norm.line.common).to_owned(),
        NormCode::CommonShared => td_string!(t, norm.line.common_shared).to_owned(),
    }
}

/// A cost outside the norm.
pub fn cost(t: Locale, code: CostKind) -> &'static str {
    match code {
        CostKind::Rent => td_string!(t, norm.cost.rent),
        CostKind::Electricity => td_string!(t, norm.cost.electricity),
        CostKind::HomeInsurance => td_string!(t, norm.cost.home_insurance),
        CostKind::Union => td_string!(t, norm.cost.union),
        CostKind::UnemploymentFund => td_string!(t, norm.cost.unemployment_fund),
        CostKind::WorkTravel => td_string!(t, norm.cost.work_travel),
        CostKind::Childcare => td_string!(t, norm.cost.childcare),
        CostKind::Broadband => td_string!(t, norm.cost.broadband),
        CostKind::Medical => td_string!(t, norm.cost.medical),
        CostKind::Medicine => td_string!(t, norm.cost.medicine),
        CostKind::Dental => td_string!(t, norm.cost.dental),
        CostKind::Glasses => td_string!(t, norm.cost.glasses),
        CostKind::HomeEquipment => td_string!(t, norm.cost.home_equipment),
        CostKind::BabyEquipment => td_string!(t, norm.cost.baby_equipment),
        CostKind::Moving => td_string!(t, norm.cost.moving),
        CostKind::Funeral => td_string!(t, norm.cost.funeral),
        CostKind::Leisure => td_string!(t, norm.cost.leisure),
        CostKind::VisitingTravel => td_string!(t, norm.cost.visiting_travel),
        CostKind::RentDebt => td_string!(t, norm.cost.rent_debt),
        CostKind::ElectricityDebt => td_string!(t, norm.cost.electricity_debt),
        CostKind::Other => td_string!(t, norm.cost.other),
    }
}

/// An income.
pub fn income(t: Locale, code: IncomeKind) -> &'static str {
    match code {
        IncomeKind::Wage => td_string!(t, norm.income.wage),
        IncomeKind::PupilWage => td_string!(t, norm.income.pupil_wage),
        IncomeKind::ChildBenefit => td_string!(t, norm.income.child_benefit),
        IncomeKind::HousingAllowance => td_string!(t, norm.income.housing_allowance),
        IncomeKind::Maintenance => td_string!(t, norm.income.maintenance),
        IncomeKind::ParentalBenefit => td_string!(t, norm.income.parental_benefit),
        IncomeKind::SicknessBenefit => td_string!(t, norm.income.sickness_benefit),
        IncomeKind::Unemployment => td_string!(t, norm.income.unemployment),
        IncomeKind::ActivityGrant => td_string!(t, norm.income.activity_grant),
        IncomeKind::EstablishmentAllowance => td_string!(t, norm.income.establishment_allowance),
        IncomeKind::Pension => td_string!(t, norm.income.pension),
        IncomeKind::ChildPension => td_string!(t, norm.income.child_pension),
        IncomeKind::StudentAid => td_string!(t, norm.income.student_aid),
        IncomeKind::CareAllowance => td_string!(t, norm.income.care_allowance),
        IncomeKind::AdditionalCostAllowance => td_string!(t, norm.income.additional_cost_allowance),
        IncomeKind::LodgerRent => td_string!(t, norm.income.lodger_rent),
        IncomeKind::GiftOrTransfer => td_string!(t, norm.income.gift_or_transfer),
        IncomeKind::RetroactiveBenefit => td_string!(t, norm.income.retroactive_benefit),
        IncomeKind::TaxRefund => td_string!(t, norm.income.tax_refund),
        IncomeKind::OneOff => td_string!(t, norm.income.one_off),
        IncomeKind::LeisureCard => td_string!(t, norm.income.leisure_card),
        IncomeKind::Other => td_string!(t, norm.income.other),
    }
}

/// What else is so, said by the person.
pub fn situation(t: Locale, code: Situation) -> &'static str {
    match code {
        Situation::Student => td_string!(t, norm.situations.student),
        Situation::Business => td_string!(t, norm.situations.business),
        Situation::OwnsHome => td_string!(t, norm.situations.owns_home),
        Situation::Assets => td_string!(t, norm.situations.assets),
        Situation::NoPermitOrAsylum => td_string!(t, norm.situations.no_permit_or_asylum),
        Situation::EuCitizen => td_string!(t, norm.situations.eu_citizen),
        Situation::StayingElsewhere => td_string!(t, norm.situations.staying_elsewhere),
        Situation::NoHome => td_string!(t, norm.situations.no_home),
    }
}

/// What everybody should know beside the figures.
pub fn notice(t: Locale, code: NoticeCode) -> &'static str {
    match code {
        NoticeCode::Preliminary => td_string!(t, norm.notice.preliminary),
        NoticeCode::RightToApply => td_string!(t, norm.notice.right_to_apply),
        NoticeCode::EmergencyTested => td_string!(t, norm.notice.emergency_tested),
        NoticeCode::SurplusCanApplyAnyway => td_string!(t, norm.notice.surplus_can_apply_anyway),
        NoticeCode::CostsTested => td_string!(t, norm.notice.costs_tested),
        NoticeCode::DecidedIndividuallyIncluded => td_string!(t, norm.notice.decided_individually_included),
        NoticeCode::Pupil19To20 => td_string!(t, norm.notice.pupil_19_to_20),
        NoticeCode::CostAboveCeiling => td_string!(t, norm.notice.cost_above_ceiling),
        NoticeCode::ChildMoneyPractice => td_string!(t, norm.notice.child_money_practice),
        NoticeCode::SurplusTooOld => td_string!(t, norm.notice.surplus_too_old),
        NoticeCode::PartMonthPractice => td_string!(t, norm.notice.part_month_practice),
        NoticeCode::SharedHouseholdPractice => td_string!(t, norm.notice.shared_household_practice),
        NoticeCode::PartnerPractice => td_string!(t, norm.notice.partner_practice),
        NoticeCode::Student => td_string!(t, norm.notice.student),
        NoticeCode::Business => td_string!(t, norm.notice.business),
        NoticeCode::OwnsHome => td_string!(t, norm.notice.owns_home),
        NoticeCode::Assets => td_string!(t, norm.notice.assets),
        NoticeCode::NoPermitOrAsylum => td_string!(t, norm.notice.no_permit_or_asylum),
        NoticeCode::EuCitizen => td_string!(t, norm.notice.eu_citizen),
        NoticeCode::StayingElsewhere => td_string!(t, norm.notice.staying_elsewhere),
        NoticeCode::NoHome => td_string!(t, norm.notice.no_home),
        NoticeCode::Reform2027 => td_string!(t, norm.notice.reform_2027),
    }
}

/// Sentences around an amount; the placeholders are filled in when the figures are known.
fn told(t: Locale) -> [(&'static str, String); 9] {
    let (amount, basis, label) = ("{amount}", "{basis}", "{label}");
    [
        ("surplus", td_string!(t, norm.surplus, amount = amount).to_string()),
        ("why.share", td_string!(t, norm.why.share, basis = basis, of = "{of}", out_of = "{out_of}").to_string()),
        ("tell.norm", td_string!(t, norm.tell.norm, amount = amount).to_string()),
        ("tell.cost", td_string!(t, norm.tell.cost, amount = amount).to_string()),
        ("tell.income", td_string!(t, norm.tell.income, amount = amount).to_string()),
        ("tell.line", td_string!(t, norm.tell.line, label = label, amount = amount).to_string()),
        ("tell.part", td_string!(t, norm.tell.part, label = label, amount = amount, basis = basis).to_string()),
        ("tell.needs", td_string!(t, norm.tell.needs, amount = amount).to_string()),
        ("tell.means", td_string!(t, norm.tell.means, amount = amount).to_string()),
    ]
}

/// Why a line counts as it does; the placeholders are the line's figures.
fn why(t: Locale, code: Why) -> String {
    let (amount, basis, rest, of, out_of) = ("{amount}", "{basis}", "{rest}", "{of}", "{out_of}");
    match code {
        Why::NormAdult => td_string!(t, norm.why.norm_adult).to_owned(),
        Why::NormCouple => td_string!(t, norm.why.norm_couple).to_owned(),
        Why::NormOneOfCouple => {
            td_string!(t, norm.why.norm_one_of_couple, basis = basis, of = of, out_of = out_of).to_string()
        }
        Why::NormChild => td_string!(t, norm.why.norm_child).to_owned(),
        Why::NormChildLunch => td_string!(t, norm.why.norm_child_lunch).to_owned(),
        Why::NormChildDays => {
            td_string!(t, norm.why.norm_child_days, basis = basis, of = of, out_of = out_of).to_string()
        }
        Why::NormCommon => td_string!(t, norm.why.norm_common).to_owned(),
        Why::NormCommonShared => {
            td_string!(t, norm.why.norm_common_shared, basis = basis, of = of, out_of = out_of).to_string()
        }
        Why::NormCommonBeyondTable => td_string!(t, norm.why.norm_common_beyond_table).to_owned(),
        Why::CostNamed => td_string!(t, norm.why.cost_named).to_owned(),
        Why::CostInNorm => td_string!(t, norm.why.cost_in_norm).to_owned(),
        Why::CostTested => td_string!(t, norm.why.cost_tested).to_owned(),
        Why::CostAboveCeiling => td_string!(t, norm.why.cost_above_ceiling, amount = amount, rest = rest).to_string(),
        Why::IncomeCounted => td_string!(t, norm.why.income_counted).to_owned(),
        Why::IncomeWage => td_string!(t, norm.why.income_wage).to_owned(),
        Why::IncomeStimulus => {
            td_string!(t, norm.why.income_stimulus, of = of, out_of = out_of, rest = rest).to_string()
        }
        Why::IncomePupilFree => td_string!(t, norm.why.income_pupil_free).to_owned(),
        Why::IncomePupilAbove => td_string!(t, norm.why.income_pupil_above, amount = amount, basis = basis).to_string(),
        Why::IncomeTested => td_string!(t, norm.why.income_tested).to_owned(),
        Why::IncomeOtherPurpose => td_string!(t, norm.why.income_other_purpose).to_owned(),
        Why::IncomeChildsOwnAboveShare => {
            td_string!(t, norm.why.income_childs_own_above_share, amount = amount, rest = rest).to_string()
        }
    }
}

/// What else to apply for or do: its name, and for whom it is.
fn first(t: Locale, step: FirstStep) -> (&'static str, &'static str) {
    macro_rules! step {
        ($key:ident) => {
            (td_string!(t, norm.first.$key), td_string!(t, norm.first_text.$key))
        };
    }
    match step {
        FirstStep::AsylumSupport => step!(asylum_support),
        FirstStep::EmploymentService => step!(employment_service),
        FirstStep::Unemployment => step!(unemployment),
        FirstStep::ActivityGrant => step!(activity_grant),
        FirstStep::SicknessBenefit => step!(sickness_benefit),
        FirstStep::ParentalBenefit => step!(parental_benefit),
        FirstStep::StudentAid => step!(student_aid),
        FirstStep::ElderlySupport => step!(elderly_support),
        FirstStep::HousingAllowance => step!(housing_allowance),
        FirstStep::HousingSupplement => step!(housing_supplement),
        FirstStep::Maintenance => step!(maintenance),
        FirstStep::ChildBenefit => step!(child_benefit),
        FirstStep::PupilGrant => step!(pupil_grant),
        FirstStep::DebtAdvice => step!(debt_advice),
    }
}

/// Who decides on it.
fn decides(t: Locale, by: DecidedBy) -> &'static str {
    match by {
        DecidedBy::EmploymentService => td_string!(t, norm.decides.employment_service),
        DecidedBy::UnemploymentFund => td_string!(t, norm.decides.unemployment_fund),
        DecidedBy::StudyAidBoard => td_string!(t, norm.decides.study_aid_board),
        DecidedBy::SocialInsurance => td_string!(t, norm.decides.social_insurance),
        DecidedBy::MigrationAgency => td_string!(t, norm.decides.migration_agency),
        DecidedBy::Municipality => td_string!(t, norm.decides.municipality),
        DecidedBy::PensionsAgency => td_string!(t, norm.decides.pensions_agency),
    }
}
