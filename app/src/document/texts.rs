//! Papers in words, by code. A code without a text does not compile.

use crate::{
    i18n::{I18nLocaleTrait, Locale, td_string},
    ui::format::left_to_right,
};
use domain::document::{Also, Concerns, NeededPaper, PaperKind};

/// What people read about a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperWords {
    pub name: &'static str,
    /// What it shows.
    pub what: &'static str,
    /// Where one gets it.
    pub from: &'static str,
}

macro_rules! words {
    ($t:expr, $paper:expr, { $($variant:ident $key:ident,)+ }) => {
        match $paper {
            $(PaperKind::$variant => PaperWords {
                name: td_string!($t, document.paper.$key.name),
                what: td_string!($t, document.paper.$key.what),
                from: td_string!($t, document.paper.$key.from),
            },)+
        }
    };
}

pub fn paper(t: Locale, paper: PaperKind) -> PaperWords {
    words!(t, paper, {
        IdPaper id_handling,
        AccountOverview kontooversikt,
        BankStatements kontoutdrag,
        TaxReturn inkomstdeklaration,
        IncomeProof inkomstunderlag,
        BenefitDecision myndighetsbeslut,
        TenancyAgreement hyreskontrakt,
        SubletConsent andrahandstillstand,
        RentInvoice hyresavi,
        RentPaid betald_hyra,
        OwnedHome bostadsratt,
        ElectricityBill elrakning,
        HomeInsurance hemforsakring,
        UnionFees fack_akassa,
        Health vard_medicin,
        Dental tandvard,
        Childcare barnomsorg,
        Travel resor,
        JobPlan planering_af,
        MedicalCertificate lakarintyg,
        Employment anstallning,
        Business foretag,
        Guardian god_man,
        FormerMunicipality annan_kommun,
        Assets tillgangar,
        EvictionPapers avhysningshandlingar,
    })
}

/// Whom papers concern. `partner`: two adults, each with papers of her own.
pub fn concerns(t: Locale, concerns: Concerns, partner: bool) -> &'static str {
    match concerns {
        Concerns::EachAdult if partner => td_string!(t, document.concerns.each),
        Concerns::EachAdult => td_string!(t, document.concerns.you),
        Concerns::Children => td_string!(t, document.concerns.children),
        Concerns::Home => td_string!(t, document.concerns.home),
        Concerns::Household => td_string!(t, document.concerns.household),
    }
}

/// What else decides which papers help, said by the person.
pub fn also(t: Locale, also: Also) -> &'static str {
    match also {
        Also::Sublet => td_string!(t, document.also.sublet),
        Also::Moved => td_string!(t, document.also.moved),
        Also::AppliedBenefit => td_string!(t, document.also.applied_benefit),
        Also::JobSeeker => td_string!(t, document.also.job_seeker),
        Also::Ill => td_string!(t, document.also.ill),
        Also::EmploymentChanged => td_string!(t, document.also.employment_changed),
        Also::ClosedBusiness => td_string!(t, document.also.closed_business),
        Also::Guardian => td_string!(t, document.also.guardian),
        Also::FormerMunicipality => td_string!(t, document.also.former_municipality),
        Also::RentTrouble => td_string!(t, document.also.rent_trouble),
    }
}

/// For which months; empty when the latest is enough.
pub fn period(t: Locale, months: Option<u8>) -> String {
    match months {
        None => String::new(),
        Some(1) => td_string!(t, document.needed.month).to_owned(),
        Some(months) => td_string!(t, document.needed.months, months = left_to_right(&months.to_string())).to_string(),
    }
}

/// What the paper shows, for which months, and what the municipality adds.
pub fn about(t: Locale, needed: &NeededPaper) -> (String, Option<String>) {
    let mut about = paper(t, needed.paper).what.to_owned();
    if needed.months.is_some() {
        about.push(' ');
        about.push_str(&period(t, needed.months));
    }
    if needed.children_too {
        about.push(' ');
        about.push_str(td_string!(t, document.needed.children_too));
    }
    (about, needed.extra.as_ref().map(|extra| extra.in_language(t.as_str()).to_owned()))
}
