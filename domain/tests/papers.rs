//! Which papers are needed: the file, the conditions situation by situation, and what a municipality settles.

#[cfg(test)]
mod tests {
    use domain::{
        FieldCode,
        application::{ApplicationForm, ChildRow, CostRow, IncomeRow, PaperNotes},
        document::{
            Also, Fact, Home, Occasion, PaperAnswer, PaperKind, PaperSetting, Papers, PapersFault, PapersFile,
            PapersQuestion, SavePaper, Words, needed,
        },
        norm::{CostKind, IncomeKind, Situation},
    };
    use jiff::civil::date;
    use std::collections::BTreeSet;

    const FILE: &str = include_str!("../documents.toml");

    fn file() -> PapersFile {
        toml::from_str(FILE).expect("the file")
    }

    fn papers() -> Papers {
        file().try_into().expect("a list")
    }

    fn codes(question: &PapersQuestion) -> Vec<&'static str> {
        needed(&papers().rules(&[]), question).into_iter().map(|paper| paper.paper.as_str()).collect()
    }

    fn renewal() -> PapersQuestion {
        PapersQuestion { occasion: Some(Occasion::Renewal), ..PapersQuestion::default() }
    }

    /// What everybody is asked for the first time, and each month.
    const FIRST: [&str; 4] = ["id_handling", "kontooversikt", "kontoutdrag", "inkomstdeklaration"];
    const MONTHLY: [&str; 1] = ["kontoutdrag"];

    #[test]
    fn nothing_is_known_and_the_list_is_short() {
        assert_eq!(codes(&PapersQuestion::default()), FIRST);
        assert_eq!(codes(&renewal()), MONTHLY);
    }

    /// What one more fact adds: the first time, and with an application for one more month.
    #[test]
    fn each_situation_adds_its_papers() {
        let income = |kind| PapersQuestion { incomes: vec![kind], ..PapersQuestion::default() };
        let cost = |kind| PapersQuestion { costs: vec![kind], ..PapersQuestion::default() };
        let home = |home| PapersQuestion { home: Some(home), ..PapersQuestion::default() };
        let also = |also| PapersQuestion { also: vec![also], ..PapersQuestion::default() };
        let so = |code| PapersQuestion { situation: vec![code], ..PapersQuestion::default() };
        let sublet = &["hyreskontrakt", "andrahandstillstand", "hyresavi", "betald_hyra"][..];
        for (known, first, monthly) in [
            (home(Home::Rents), &["hyreskontrakt", "hyresavi", "betald_hyra"][..], &["hyresavi"][..]),
            (home(Home::Owns), &["bostadsratt"], &["bostadsratt"]),
            (home(Home::NoHome), &[], &[]),
            (also(Also::Sublet), sublet, &["andrahandstillstand", "hyresavi"]),
            (also(Also::Moved), &[], &["hyreskontrakt"]),
            (also(Also::RentTrouble), &["avhysningshandlingar"], &["avhysningshandlingar"]),
            (also(Also::Ill), &["lakarintyg"], &["lakarintyg"]),
            (also(Also::JobSeeker), &["planering_af"], &["planering_af"]),
            (also(Also::AppliedBenefit), &["myndighetsbeslut"], &[]),
            (also(Also::EmploymentChanged), &["anstallning"], &[]),
            (also(Also::ClosedBusiness), &["foretag"], &[]),
            (also(Also::Guardian), &["god_man"], &[]),
            (also(Also::FormerMunicipality), &["annan_kommun"], &[]),
            (so(Situation::Business), &["foretag"], &[]),
            (so(Situation::Assets), &["tillgangar"], &[]),
            (so(Situation::OwnsHome), &["bostadsratt"], &["bostadsratt"]),
            (so(Situation::EuCitizen), &[], &[]),
            (income(IncomeKind::Wage), &["anstallning", "inkomstunderlag"], &["inkomstunderlag"]),
            (income(IncomeKind::Pension), &["inkomstunderlag", "myndighetsbeslut"], &["inkomstunderlag"]),
            (
                income(IncomeKind::Unemployment),
                &["planering_af", "inkomstunderlag", "myndighetsbeslut"],
                &["planering_af", "inkomstunderlag"],
            ),
            (
                income(IncomeKind::SicknessBenefit),
                &["lakarintyg", "inkomstunderlag", "myndighetsbeslut"],
                &["lakarintyg", "inkomstunderlag"],
            ),
            (cost(CostKind::Electricity), &["elrakning"], &["elrakning"]),
            (cost(CostKind::HomeInsurance), &["hemforsakring"], &["hemforsakring"]),
            (cost(CostKind::Union), &["fack_akassa"], &["fack_akassa"]),
            (cost(CostKind::UnemploymentFund), &["fack_akassa"], &["fack_akassa"]),
            (cost(CostKind::Medicine), &["vard_medicin"], &["vard_medicin"]),
            (cost(CostKind::Medical), &["vard_medicin"], &["vard_medicin"]),
            (cost(CostKind::Dental), &["tandvard"], &["tandvard"]),
            (cost(CostKind::Childcare), &["barnomsorg"], &["barnomsorg"]),
            (cost(CostKind::WorkTravel), &["resor"], &["resor"]),
            (cost(CostKind::RentDebt), &["avhysningshandlingar"], &["avhysningshandlingar"]),
            (cost(CostKind::Glasses), &[], &[]),
        ] {
            let with = |always: &[&'static str], more: &[&'static str]| -> BTreeSet<&str> {
                always.iter().chain(more).copied().collect()
            };
            let month = PapersQuestion { occasion: Some(Occasion::Renewal), ..known.clone() };
            assert_eq!(BTreeSet::from_iter(codes(&known)), with(&FIRST, first), "the first time: {known:?}");
            assert_eq!(BTreeSet::from_iter(codes(&month)), with(&MONTHLY, monthly), "one more month: {known:?}");
        }
    }

    #[test]
    fn childrens_accounts_are_named_where_there_are_children() {
        for children in [false, true] {
            let papers = needed(&papers().rules(&[]), &PapersQuestion { children, ..PapersQuestion::default() });
            let with: Vec<_> = papers.iter().filter(|paper| paper.children_too).map(|paper| paper.paper).collect();
            assert_eq!(with, if children { vec![PaperKind::BankStatements] } else { vec![] });
        }
    }

    #[test]
    fn every_paper_is_needed_by_somebody() {
        let everything = |occasion| PapersQuestion {
            occasion: Some(occasion),
            partner: true,
            children: true,
            home: Some(Home::Rents),
            incomes: IncomeKind::ALL.to_vec(),
            costs: CostKind::ALL.to_vec(),
            situation: Situation::ALL.to_vec(),
            also: Also::ALL.to_vec(),
        };
        let mut all = needed(&papers().rules(&[]), &everything(Occasion::First));
        assert!(all.is_sorted_by_key(|paper| (paper.concerns, paper.paper)), "by whom they concern");
        all.sort_by_key(|paper| paper.paper);
        assert_eq!(all.iter().map(|paper| paper.paper).collect::<Vec<_>>(), PaperKind::ALL);
        let monthly = needed(&papers().rules(&[]), &everything(Occasion::Renewal));
        assert!(monthly.len() > 10 && monthly.len() < all.len(), "{monthly:?}");
    }

    #[test]
    fn an_application_form_tells_what_it_can() {
        let form = ApplicationForm {
            adults: "2".into(),
            children: vec![ChildRow::default(), ChildRow { age: "4".into(), ..ChildRow::default() }],
            incomes: vec![
                IncomeRow { kind: "wage".into(), amount: "x".into(), ..IncomeRow::default() },
                IncomeRow { kind: "nonsense".into(), ..IncomeRow::default() },
            ],
            costs: vec![CostRow { kind: "rent".into(), amount: "8200".into() }],
            also: vec!["sublet".into(), "nonsense".into()],
            ..ApplicationForm::default()
        };
        let question = PapersQuestion::of(&form, Occasion::First);
        let expected = PapersQuestion {
            occasion: Some(Occasion::First),
            partner: true,
            children: true,
            home: Some(Home::Rents),
            incomes: vec![IncomeKind::Wage],
            costs: vec![CostKind::Rent],
            also: vec![Also::Sublet],
            ..PapersQuestion::default()
        };
        assert_eq!(question, expected);
        for (code, home) in [("no_home", Home::Rents), ("owns_home", Home::Owns)] {
            let form = ApplicationForm { situation: vec![code.into()], ..form.clone() };
            assert_eq!(PapersQuestion::of(&form, Occasion::First).home, Some(home), "{code}");
        }
        let home = |situation: &[&str]| {
            let situation = situation.iter().map(|code| (*code).to_owned()).collect();
            PapersQuestion::of(&ApplicationForm { situation, ..ApplicationForm::default() }, Occasion::First).home
        };
        assert_eq!((home(&[]), home(&["no_home"])), (None, Some(Home::NoHome)));
    }

    #[test]
    fn the_occasion_follows_from_what_was_sent_before() {
        let (october, november) = (date(2026, 10, 1), date(2026, 11, 1));
        for (month, others, occasion) in [
            (None, &[][..], Occasion::First),
            (None, &[october], Occasion::Renewal),
            (Some(november), &[], Occasion::First),
            (Some(november), &[october], Occasion::Renewal),
            (Some(october), &[november], Occasion::First),
            (Some(november), &[november], Occasion::Renewal),
        ] {
            assert_eq!(Occasion::beside(month, others), occasion, "{month:?} {others:?}");
        }
    }

    #[test]
    fn what_is_said_of_papers_is_kept_and_taken_back() {
        let mut form = ApplicationForm { also: vec!["ill".into()], ..ApplicationForm::default() };
        let say = |answer| PaperNotes { answers: [(PaperKind::RentInvoice, answer)].into(), also: None };
        form.note_papers(&say(Some(PaperAnswer::Later)));
        assert_eq!(form.said_of(PaperKind::RentInvoice), Some(PaperAnswer::Later));
        assert_eq!((form.said_of(PaperKind::TaxReturn), form.also.len()), (None, 1));
        form.note_papers(&say(None));
        assert!(form.papers.is_empty());
        form.note_papers(&PaperNotes { also: Some(vec![Also::Moved]), ..PaperNotes::default() });
        assert_eq!(form.also, ["moved"]);
    }

    #[test]
    fn names_of_conditions_lead_back() {
        for name in
            ["always", "rents", "owns_home", "any_income", "income.wage", "cost.dental", "situation.assets", "also.ill"]
        {
            assert_eq!(Fact::from_name(name).expect("a fact").to_string(), name);
        }
        for name in ["", "income.", "income.rent", "cost", "also.dental", "Always"] {
            assert_eq!(Fact::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_file_that_is_wrong_is_refused_with_every_fault() {
        let mut file = file();
        file.verified = false;
        let row = |file: &mut PapersFile, id: &str| file.document.iter().position(|row| row.id == id).expect("a row");
        let at = row(&mut file, "hyresavi");
        file.document[at].first.clear();
        let at = row(&mut file, "kontooversikt");
        file.document[at].renewal = vec!["always".to_owned(), "weather".to_owned()];
        let at = row(&mut file, "god_man");
        file.document[at].condition = None;
        let at = row(&mut file, "resor");
        file.document[at].seen_at = vec!["nowhere".to_owned()];
        let at = row(&mut file, "kontoutdrag");
        file.document[at].months_first = Some(0);
        let at = row(&mut file, "betald_hyra");
        file.document[at].months_renewal = Some(1);
        let at = row(&mut file, "avhysningshandlingar");
        file.document[at].note = None;
        let at = row(&mut file, "tandvard");
        file.document[at].id = "tandvärk".to_owned();
        let at = row(&mut file, "elrakning");
        file.document[at].name_sv = " ".to_owned();
        let faults = Papers::try_from(file).expect_err("faults");
        let own = str::to_owned;
        let expected = [
            PapersFault::NotVerified,
            PapersFault::UnknownWord(own("kontooversikt"), own("weather")),
            PapersFault::Contradiction(own("kontooversikt"), Occasion::Renewal),
            PapersFault::Months(own("kontoutdrag"), Occasion::First),
            PapersFault::Contradiction(own("hyresavi"), Occasion::First),
            PapersFault::Months(own("betald_hyra"), Occasion::Renewal),
            PapersFault::Blank(own("elrakning")),
            PapersFault::UnknownPaper(own("tandvärk")),
            PapersFault::UnknownWord(own("resor"), own("nowhere")),
            PapersFault::NoCondition(own("god_man")),
            PapersFault::NoSource(own("avhysningshandlingar")),
            PapersFault::NotOnce(PaperKind::Dental),
        ];
        assert_eq!(faults, expected);
    }

    fn setting(paper: PaperKind) -> PaperSetting {
        PaperSetting {
            paper,
            asked_first: true,
            asked_renewal: true,
            months_first: Some(6),
            months_renewal: None,
            extra: Some(Words { sv: "Egna ord".into(), en: Some("Own words".into()), ar: None }),
            checked_on: date(2026, 11, 20),
            source: "Riktlinje".into(),
        }
    }

    #[test]
    fn what_a_municipality_settles_holds_instead() {
        let rules = papers().rules(&[setting(PaperKind::IdPaper)]);
        let monthly = needed(&rules, &renewal());
        let id = monthly.iter().find(|paper| paper.paper == PaperKind::IdPaper).expect("asked for each month too");
        assert_eq!(id.months, None);
        let extra = id.extra.clone().expect("words");
        assert_eq!(["sv", "en", "ar"].map(|code| extra.in_language(code)), ["Egna ord", "Own words", "Egna ord"]);
        let first = needed(&rules, &PapersQuestion::default());
        assert_eq!(
            first.iter().find(|paper| paper.paper == PaperKind::IdPaper).and_then(|paper| paper.months),
            Some(6)
        );
        let never = PaperSetting { asked_first: false, asked_renewal: false, ..setting(PaperKind::BankStatements) };
        let rules = papers().rules(&[never]);
        assert!(needed(&rules, &renewal()).is_empty());
        assert_eq!(
            rules.iter().filter(|rule| rule.checked_on.is_some()).count(),
            1,
            "of the others nobody has said so"
        );
    }

    #[test]
    fn what_is_typed_is_checked_all_at_once() {
        let today = date(2026, 11, 23);
        let typed = SavePaper {
            paper: "kontoutdrag".into(),
            asked_first: true,
            months_first: " 3 ".into(),
            extra_sv: " Alla\nkonton ".into(),
            checked_on: "2026-11-23".into(),
            source: "Riktlinje 4".into(),
            ..SavePaper::default()
        };
        let setting = typed.check(today).expect("a setting");
        assert_eq!(
            (setting.paper, setting.months_first, setting.months_renewal),
            (PaperKind::BankStatements, Some(3), None)
        );
        assert_eq!(setting.extra, Some(Words { sv: "Alla konton".into(), en: None, ar: None }));
        let wrong = SavePaper {
            paper: "x".into(),
            months_first: "0".into(),
            months_renewal: "tre".into(),
            extra_sv: String::new(),
            extra_en: "x".repeat(501),
            extra_ar: "كلمات".into(),
            checked_on: "2026-11-24".into(),
            source: "  ".into(),
            ..SavePaper::default()
        };
        let faults: Vec<_> =
            wrong.check(today).expect_err("faults").into_iter().map(|fault| (fault.pointer, fault.code)).collect();
        let expected = [
            ("/paper", FieldCode::UnknownChoice),
            ("/months_first", FieldCode::OutOfRange),
            ("/months_renewal", FieldCode::NotANumber),
            ("/extra_en", FieldCode::TooLong),
            ("/extra_sv", FieldCode::Required),
            ("/checked_on", FieldCode::OutOfRange),
            ("/source", FieldCode::Required),
        ]
        .map(|(pointer, code)| (pointer.to_owned(), code));
        assert_eq!(faults, expected);
        for (day, code) in [("", FieldCode::Required), ("i går", FieldCode::NotADate)] {
            let typed = SavePaper { checked_on: day.into(), ..typed.clone() };
            let faults = typed.check(today).expect_err(day);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{day}");
        }
    }
}
