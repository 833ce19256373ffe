//! The words of requests and estimates, as codes that stay the same. Texts live in `locales/`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// Enums of codes: one name each, the same in JSON, in logs and in `locales/`.
///
/// The code is taken as a bare token: a `literal` would reach the API schema's derive wrapped, and be missed.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:tt,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// All of them, in the order they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code, as in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The one with this code, if there is one.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}
pub(crate) use codes;

codes! {
    /// What an income is. All are what reaches the household after tax, in kronor for the month.
    IncomeKind {
        /// Lön of an adult.
        Wage = "wage",
        /// Wages of a child at home, or of a school pupil under 21 at home.
        PupilWage = "pupil_wage",
        /// Barnbidrag with flerbarnstillägg.
        ChildBenefit = "child_benefit",
        /// Bostadsbidrag, bostadstillägg.
        HousingAllowance = "housing_allowance",
        /// Underhållsstöd, underhållsbidrag.
        Maintenance = "maintenance",
        /// Föräldrapenning.
        ParentalBenefit = "parental_benefit",
        /// Sjukpenning.
        SicknessBenefit = "sickness_benefit",
        /// Ersättning from an a-kassa or Alfa-kassan.
        Unemployment = "unemployment",
        /// Aktivitetsstöd, utvecklingsersättning.
        ActivityGrant = "activity_grant",
        /// Etableringsersättning.
        EstablishmentAllowance = "establishment_allowance",
        /// Pension, sjukersättning, aktivitetsersättning, livränta.
        Pension = "pension",
        /// Barnpension, efterlevandestöd.
        ChildPension = "child_pension",
        /// Studiebidrag and studiemedel, the loan included.
        StudentAid = "student_aid",
        /// Omvårdnadsbidrag, the taxed part of vårdbidrag.
        CareAllowance = "care_allowance",
        /// Merkostnadsersättning.
        AdditionalCostAllowance = "additional_cost_allowance",
        /// Rent from a lodger (inneboende).
        LodgerRent = "lodger_rent",
        /// Gifts, Swish and other deposits.
        GiftOrTransfer = "gift_or_transfer",
        /// A benefit paid now for earlier months.
        RetroactiveBenefit = "retroactive_benefit",
        /// Skatteåterbäring.
        TaxRefund = "tax_refund",
        /// Engångsbelopp: paid by an insurance, a prize, damages.
        OneOff = "one_off",
        /// Fritidskort.
        LeisureCard = "leisure_card",
        /// Anything else.
        Other = "other",
    }

    /// What a cost outside the norm is. In kronor for the month.
    CostKind {
        /// Hyra, or the fee of a bostadsrätt.
        Rent = "rent",
        /// Hushållsel.
        Electricity = "electricity",
        /// Hemförsäkring.
        HomeInsurance = "home_insurance",
        /// Fackavgift.
        Union = "union",
        /// Avgift to an a-kassa.
        UnemploymentFund = "unemployment_fund",
        /// Arbetsresor.
        WorkTravel = "work_travel",
        /// Barnomsorgsavgift.
        Childcare = "childcare",
        /// Internet at home.
        Broadband = "broadband",
        /// Läkarvård.
        Medical = "medical",
        /// Läkemedel.
        Medicine = "medicine",
        /// Tandvård.
        Dental = "dental",
        /// Glasögon.
        Glasses = "glasses",
        /// Hemutrustning.
        HomeEquipment = "home_equipment",
        /// Spädbarnsutrustning.
        BabyEquipment = "baby_equipment",
        /// Flytt.
        Moving = "moving",
        /// Begravning.
        Funeral = "funeral",
        /// Play and leisure, which the norm already holds.
        Leisure = "leisure",
        /// Umgängesresor.
        VisitingTravel = "visiting_travel",
        /// Hyresskuld.
        RentDebt = "rent_debt",
        /// Elskuld.
        ElectricityDebt = "electricity_debt",
        /// Anything else.
        Other = "other",
    }

    /// What else is so. Each is answered with a notice of the same name and changes no amount.
    Situation {
        /// Studies with a right to student aid.
        Student = "student",
        /// Runs a business.
        Business = "business",
        /// Owns a home: bostadsrätt, house.
        OwnsHome = "owns_home",
        /// Has savings, shares, a car or the like.
        Assets = "assets",
        /// Has no residence permit, or seeks asylum.
        NoPermitOrAsylum = "no_permit_or_asylum",
        /// Is a citizen of another EU or EEA country.
        EuCitizen = "eu_citizen",
        /// Stays here for a short time and lives elsewhere.
        StayingElsewhere = "staying_elsewhere",
        /// Has no home.
        NoHome = "no_home",
    }

    /// How a partner (spouse or sambo) stands to the application. Never asked why.
    Partner {
        /// Applies too.
        Applies = "applies",
        /// Has no right to the benefit.
        NoRight = "no_right",
        /// Is not part of the application.
        NotInApplication = "not_in_application",
    }

    /// How the amount of a line came to be.
    Status {
        /// Counted in full.
        Counted = "counted",
        /// A part is counted: what the law leaves, or what is usually accepted.
        Partly = "partly",
        /// Nothing is counted: the law leaves it out, or the norm already holds it.
        NotCounted = "not_counted",
        /// Counted here as stated; in a real case the board tests it by itself.
        DecidedIndividually = "decided_individually",
    }

    /// Why a line counts as it does: one plain sentence for each, in every language.
    Why {
        /// Personal costs of one adult.
        NormAdult = "norm_adult",
        /// Personal costs of two adults who live together and apply together.
        NormCouple = "norm_couple",
        /// The part of a couple's amount that falls on the one who applies.
        NormOneOfCouple = "norm_one_of_couple",
        /// Personal costs of a child, by age.
        NormChild = "norm_child",
        /// The lower amount of a child who eats lunch away from home five days a week.
        NormChildLunch = "norm_child_lunch",
        /// Personal costs of a child for the days in the household.
        NormChildDays = "norm_child_days",
        /// Common costs, by how many live in the household.
        NormCommon = "norm_common",
        /// The household's part of common costs shared with people outside the case.
        NormCommonShared = "norm_common_shared",
        /// Common costs of more than seven people: those of seven, and the same amount for each further person.
        NormCommonBeyondTable = "norm_common_beyond_table",
        /// The act names the cost; it counts as far as it is reasonable.
        CostNamed = "cost_named",
        /// The norm already holds money for it.
        CostInNorm = "cost_in_norm",
        /// The board tests the cost by itself; counted here as stated.
        CostTested = "cost_tested",
        /// More than the municipality usually accepts for the household: counted up to that.
        CostAboveCeiling = "cost_above_ceiling",
        /// What one can live on instead of support.
        IncomeCounted = "income_counted",
        /// An adult's wage, counted in full.
        IncomeWage = "income_wage",
        /// An adult's wage with jobbstimulans: three quarters are counted.
        IncomeStimulus = "income_stimulus",
        /// A child's or pupil's earnings up to one prisbasbelopp in the calendar year: not counted.
        IncomePupilFree = "income_pupil_free",
        /// A child's or pupil's earnings above one prisbasbelopp in the calendar year: what is above counts.
        IncomePupilAbove = "income_pupil_above",
        /// The board tests the income by itself; counted here as stated.
        IncomeTested = "income_tested",
        /// Paid for costs that the norm is not for: not counted.
        IncomeOtherPurpose = "income_other_purpose",
        /// A child's own money above what the child itself costs here: that part is not counted.
        IncomeChildsOwnAboveShare = "income_childs_own_above_share",
    }

    /// What a line of the norm is for.
    NormCode {
        /// Personal costs of one adult living alone.
        AdultSingle = "adult_single",
        /// Personal costs of two adults living together, both.
        AdultCouple = "adult_couple",
        /// The part of a couple's personal costs that falls on the one who applies.
        AdultOneOfCouple = "adult_one_of_couple",
        /// Personal costs of a child.
        Child = "child",
        /// Personal costs of a child who eats lunch away from home five days a week.
        ChildWithoutLunch = "child_without_lunch",
        /// Common costs of the household.
        Common = "common",
        /// The household's part of common costs shared with people outside the case.
        CommonShared = "common_shared",
    }

    /// What could be otherwise, for comparing two estimates.
    ChangeKind {
        /// An adult works so much, or earns so much.
        Work = "work",
        /// A child has another age.
        ChildAge = "child_age",
        /// A child comes to live in the household.
        ChildMovesIn = "child_moves_in",
        /// A child leaves the household.
        ChildMovesOut = "child_moves_out",
        /// A partner (spouse or sambo) comes to live in the household.
        MoveTogether = "move_together",
        /// The partner leaves the household.
        MoveApart = "move_apart",
        /// The rent is another.
        Rent = "rent",
        /// The same household in another month.
        Month = "month",
    }

    /// What everybody should know beside the figures. Never a no.
    NoticeCode {
        /// The board decides for each household; its decision can be higher or lower.
        Preliminary = "preliminary",
        /// Anybody may apply and gets a written decision.
        RightToApply = "right_to_apply",
        /// Where the need is acute the board always tests whether help is needed at once.
        EmergencyTested = "emergency_tested",
        /// The balance shows nothing missing; one may apply all the same.
        SurplusCanApplyAnyway = "surplus_can_apply_anyway",
        /// Costs are counted as stated; the board accepts what is reasonable.
        CostsTested = "costs_tested",
        /// The sums hold at least one line that the board tests by itself.
        DecidedIndividuallyIncluded = "decided_individually_included",
        /// A child of 19 or 20 years counts here as a school pupil whom the parents must support.
        Pupil19To20 = "pupil_19_to_20",
        /// A cost is above what the municipality usually accepts. The board tests each household, and one gets time to
        /// lower a rent.
        CostAboveCeiling = "cost_above_ceiling",
        /// A child's own money counts at most for the child: practice, not the wording of an act.
        ChildMoneyPractice = "child_money_practice",
        /// What was left is from so long ago that it does not count.
        SurplusTooOld = "surplus_too_old",
        /// A child for part of the month: the way of counting days is local practice.
        PartMonthPractice = "part_month_practice",
        /// Common costs shared by a household of more than one adult alone: practice, not the wording of the ordinance.
        SharedHouseholdPractice = "shared_household_practice",
        /// Half of a couple's norm for the one who applies: practice, not the wording of the ordinance.
        PartnerPractice = "partner_practice",
        /// See [`Situation::Student`].
        Student = "student",
        /// See [`Situation::Business`].
        Business = "business",
        /// See [`Situation::OwnsHome`].
        OwnsHome = "owns_home",
        /// See [`Situation::Assets`].
        Assets = "assets",
        /// See [`Situation::NoPermitOrAsylum`].
        NoPermitOrAsylum = "no_permit_or_asylum",
        /// See [`Situation::EuCitizen`].
        EuCitizen = "eu_citizen",
        /// See [`Situation::StayingElsewhere`].
        StayingElsewhere = "staying_elsewhere",
        /// See [`Situation::NoHome`].
        NoHome = "no_home",
        /// New rules are to apply from 1 January 2027; this estimate says nothing about them.
        Reform2027 = "reform_2027",
    }
}

/// A member of the household, by place: `adult1`, `adult2`, `child1` …
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Person {
    Adult1,
    Adult2,
    /// The child at this place in the request, from 1.
    Child(u8),
}

/// The text names nobody in a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAPerson;

impl Person {
    /// The one with this code, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "adult1" => Some(Self::Adult1),
            "adult2" => Some(Self::Adult2),
            _ => {
                let digits = name.strip_prefix("child")?;
                // One spelling for each child: no sign, no leading zero.
                digits.starts_with(|first: char| matches!(first, '1'..='9')).then_some(())?;
                digits.parse().ok().map(Self::Child)
            }
        }
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Adult1 => f.write_str("adult1"),
            Self::Adult2 => f.write_str("adult2"),
            Self::Child(place) => write!(f, "child{place}"),
        }
    }
}

impl FromStr for Person {
    type Err = NotAPerson;

    fn from_str(name: &str) -> Result<Self, NotAPerson> {
        Self::from_name(name).ok_or(NotAPerson)
    }
}

impl fmt::Display for NotAPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not adult1, adult2, child1 …")
    }
}

impl std::error::Error for NotAPerson {}

impl Serialize for Person {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Person {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
