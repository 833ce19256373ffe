//! The papers there are, by code. What they are called stands in `locales/`; when they are needed is data
//! (`domain/documents.toml`).

use crate::norm::kind::codes;
use serde::{Deserialize, Serialize};
use std::fmt;

codes! {
    /// A kind of paper. The codes are Swedish, as in `domain/documents.toml`.
    PaperKind {
        /// Id paper, a copy.
        IdPaper = "id_handling",
        /// All accounts, savings and loans, for each bank.
        AccountOverview = "kontooversikt",
        /// What went in and out of all accounts.
        BankStatements = "kontoutdrag",
        /// The latest tax return.
        TaxReturn = "inkomstdeklaration",
        /// Payslips and notices of payment.
        IncomeProof = "inkomstunderlag",
        /// Decisions on other benefits, or that they have been applied for.
        BenefitDecision = "myndighetsbeslut",
        TenancyAgreement = "hyreskontrakt",
        /// The landlord's or the rent tribunal's consent to subletting.
        SubletConsent = "andrahandstillstand",
        RentInvoice = "hyresavi",
        /// That the rent has been paid.
        RentPaid = "betald_hyra",
        /// Purchase, fee, loan and interest of a home of one's own.
        OwnedHome = "bostadsratt",
        ElectricityBill = "elrakning",
        HomeInsurance = "hemforsakring",
        UnionFees = "fack_akassa",
        /// Receipts for health care and medicine.
        Health = "vard_medicin",
        /// Plan and cost of dental care.
        Dental = "tandvard",
        Childcare = "barnomsorg",
        Travel = "resor",
        /// Plan and report of somebody who looks for work.
        JobPlan = "planering_af",
        MedicalCertificate = "lakarintyg",
        /// Contract of employment, or notice of its end.
        Employment = "anstallning",
        Business = "foretag",
        /// That somebody acts for the person (god man, förvaltare).
        Guardian = "god_man",
        /// The latest calculation of another municipality.
        FormerMunicipality = "annan_kommun",
        Assets = "tillgangar",
        /// Notice, demand or letter when the home may be lost.
        EvictionPapers = "avhysningshandlingar",
    }

    /// Whom a paper is about: the order of the list.
    Concerns {
        /// The applicant, and her partner for herself.
        EachAdult = "each_adult",
        Children = "children",
        Home = "home",
        Household = "household",
    }

    /// Which application papers are needed for.
    Occasion {
        /// The first, or one after a break.
        First = "first",
        /// One more month.
        Renewal = "renewal",
    }

    /// Where one lives.
    Home {
        /// For rent, whoever lets it.
        Rents = "rents",
        /// In a home of one's own.
        Owns = "owns",
        /// Without a home.
        NoHome = "no_home",
    }

    /// What the estimate does not ask and decides which papers are needed. Never asked why.
    Also {
        /// Rents from somebody who rents, or a room in somebody's home.
        Sublet = "sublet",
        /// Has moved, or has a new contract, since the last application.
        Moved = "moved",
        /// Has applied for another benefit.
        AppliedBenefit = "applied_benefit",
        /// Looks for work.
        JobSeeker = "job_seeker",
        /// Cannot work because of illness.
        Ill = "ill",
        /// Has begun or lost work lately.
        EmploymentChanged = "employment_changed",
        /// Had a business until lately.
        ClosedBusiness = "closed_business",
        /// Has a god man or a förvaltare.
        Guardian = "guardian",
        /// Had support from another municipality in the last three months.
        FormerMunicipality = "former_municipality",
        /// Owes rent, or may lose the home.
        RentTrouble = "rent_trouble",
    }

    /// What somebody says of a paper she does not send now. Both are answers like any other.
    PaperAnswer {
        Already = "already",
        Later = "later",
    }
}
