//! Pages made of every piece, to look at: `cargo test -p app --features ssr gallery -- --ignored` writes
//! `target/gallery-{sv,ar}-{page}.html`, which link the style files of the source tree.

use std::{fs, path::Path};

use leptos::prelude::*;

use super::{
    format::{kronor, signed},
    *,
};

/// The Swedish or the Arabic of a sample text.
#[derive(Clone, Copy)]
struct Words(&'static str);

impl Words {
    fn say(self, swedish: &'static str, arabic: &'static str) -> &'static str {
        if self.0 == "sv" { swedish } else { arabic }
    }

    fn kr(self, amount: i64) -> String {
        kronor(amount, self.0, self.say("kr", "كرونة"))
    }

    fn signed(self, amount: i64) -> String {
        signed(amount, self.0)
    }
}

fn urgent(w: Words) -> impl IntoView {
    view! {
        <UrgentStrip
            title=w.say("Ingen mat, medicin eller plats att sova?", "لا طعام أو دواء أو مكان للنوم؟")
            text=w.say("Ring oss i dag. Vi prövar alltid om du behöver hjälp direkt.", "اتصل بنا اليوم. ننظر دائماً إن كنت تحتاج إلى مساعدة فورية.")
            href="/akut"
        />
    }
}

fn languages(w: Words) -> Vec<LanguageLink> {
    [("sv", "Svenska"), ("en", "English"), ("ar", "العربية")]
        .into_iter()
        .map(|(code, name)| LanguageLink {
            code: code.into(),
            name: name.into(),
            href: format!("?lang={code}"),
            current: code == w.0,
        })
        .collect()
}

fn public_bar(w: Words, signed_in: bool, start: bool) -> AnyView {
    let links = if signed_in {
        vec![NavLink { href: "/mina-sidor".into(), text: w.say("Mina sidor", "صفحاتي").into(), current: false }]
    } else {
        vec![NavLink::new("/logga-in", w.say("Logga in", "تسجيل الدخول"))]
    };
    let strip = start.then(|| urgent(w).into_any());
    view! {
        <SkipLink text=w.say("Gå till innehållet", "انتقل إلى المحتوى") />
        <TopBar
            brand="Porten"
            languages=languages(w)
            languages_label=w.say("Språk", "اللغة")
            links=links
            links_label=w.say("Konto", "الحساب")
            who=if signed_in { "Maria" } else { "" }
            sign_out_label=if signed_in { w.say("Logga ut", "تسجيل الخروج") } else { "" }
            leave_label=w.say("Lämna sidan", "مغادرة الصفحة")
        >
            {strip}
        </TopBar>
    }
    .into_any()
}

fn foot(w: Words) -> AnyView {
    view! {
        <Footer
            lines=vec![w.say("Porten drivs av Exempelstad.", "تدير إكسمبلستاد خدمة بورتن.").into(), w.say("Telefon 08-123 45 00, vardagar 8–16.", "هاتف \u{2066}08-123 45 00\u{2069}، أيام العمل 8–16.").into()]
            links=vec![
                NavLink::new("/kontakt", w.say("Kontakta oss", "اتصل بنا")),
                NavLink::new("/tillganglighet", w.say("Tillgänglighet", "إمكانية الوصول")),
                NavLink::new("/personuppgifter", w.say("Personuppgifter", "البيانات الشخصية")),
                NavLink::new("/synpunkter", w.say("Synpunkter", "الملاحظات")),
            ]
            links_label=w.say("Om webbplatsen", "حول الموقع")
        />
    }
    .into_any()
}

fn start(w: Words) -> AnyView {
    let items = vec![
        LinkItem::new(
            "/rakna",
            w.say("Räkna ut om du kan få hjälp", "احسب إن كان بإمكانك الحصول على المساعدة"),
            w.say("Tar två minuter. Inget sparas.", "يستغرق دقيقتين. لا يُحفظ شيء."),
        ),
        LinkItem::new(
            "/ansok",
            w.say("Ansöka", "تقديم طلب"),
            w.say("Med eller utan e-legitimation.", "مع الهوية الإلكترونية أو من دونها."),
        ),
        LinkItem::new(
            "/boka",
            w.say("Boka ett besök", "حجز زيارة"),
            w.say("Nästa lediga tid i Södra: onsdag 2 december.", "أقرب موعد في سودرا: الأربعاء 2 ديسمبر."),
        ),
        LinkItem::new(
            "/mina-sidor",
            w.say("Mina sidor", "صفحاتي"),
            w.say("Beslut, papper, meddelanden.", "القرارات والأوراق والرسائل."),
        ),
        LinkItem::new(
            "/bostad",
            w.say("Jag kan förlora min bostad", "قد أفقد مسكني"),
            w.say("Vad du ska göra i dag.", "ما يجب فعله اليوم."),
        ),
        LinkItem::new(
            "/kontakt",
            w.say("Kontakta oss", "اتصل بنا"),
            w.say("Telefon, öppettider, tolk.", "الهاتف وأوقات العمل والمترجم."),
        ),
    ];
    view! {
        {public_bar(w, false, true)}
        <main class="page page--start" id="main" tabindex="-1">
            <div class="hero">
                <Gate />
                <h1>{w.say("Hjälp när pengarna inte räcker", "مساعدة عندما لا يكفي المال")}</h1>
                <Lead>{w.say("Du kan söka ekonomiskt bistånd. Det kallas också försörjningsstöd.", "يمكنك طلب المساعدة المالية. تُسمّى أيضاً دعم الإعالة.")}</Lead>
            </div>
            <h2>{w.say("Vad behöver du?", "ماذا تحتاج؟")}</h2>
            <Choices items=items />
        </main>
        {foot(w)}
    }
    .into_any()
}

fn form(w: Words) -> AnyView {
    let mut state = FormState::from_values([
        ("wage", "9 tusen"),
        ("child_benefit", "2 650"),
        ("needs", "tolk"),
        ("note", "Jag började på nytt jobb den 3:e."),
    ]);
    state.push_error("wage", w.say("Skriv bara siffror, till exempel 9 000", "اكتب أرقاماً فقط، مثلاً 9,000"));
    state.push_error("six", w.say("Välj ja eller nej", "اختر نعم أو لا"));
    let labels = vec![
        ("wage".to_owned(), w.say("Lön efter skatt", "الراتب بعد الضريبة").to_owned()),
        ("six".to_owned(), w.say("Sex månader i rad", "ستة أشهر متتالية").to_owned()),
    ];
    let yes_no = || vec![Choice::new("yes", w.say("Ja", "نعم")), Choice::new("no", w.say("Nej", "لا"))];
    view! {
        {public_bar(w, true, false)}
        <main class="page" id="main" tabindex="-1">
            {urgent(w)}
            <ErrorSummary title=w.say("Två saker behöver ändras", "هناك أمران بحاجة إلى تعديل") state=state.clone() labels=labels />
            <Progress text=w.say("Steg 2 av 5 · Inkomster", "الخطوة 2 من 5 · الدخل") step=2 of=5 />
            <h1>{w.say("Vilka inkomster har ni i november?", "ما دخلكم في نوفمبر؟")}</h1>
            <form method="post" action="#" novalidate>
                <HiddenKey value="5d7a" />
                <MoneyField field=state.field("wage") unit=w.say("kr", "كرونة") label=w.say("Lön efter skatt", "الراتب بعد الضريبة") hint=w.say("Det som kom in på kontot i oktober.", "ما دخل الحساب في أكتوبر.") />
                <MoneyField field=state.field("child_benefit") unit=w.say("kr", "كرونة") label=w.say("Barnbidrag", "إعانة الأطفال") hint=w.say("Skriv 0 om du inte får det.", "اكتب 0 إن كنت لا تحصل عليها.") />
                <Radios field=state.field("six") inline=true legend=w.say("Har du fått försörjningsstöd sex månader i rad?", "هل حصلت على دعم الإعالة ستة أشهر متتالية؟") hint=w.say("Då räknas bara tre fjärdedelar av lönen.", "عندها تُحسب ثلاثة أرباع الراتب فقط.") choices=yes_no() />
                <Radios field="who" legend=w.say("Vem söker?", "من يقدّم الطلب؟") choices=vec![Choice::new("me", w.say("Jag själv", "أنا")).hint(w.say("Även om du har barn.", "حتى لو كان لديك أطفال.")), Choice::new("us", w.say("Jag och min partner", "أنا وشريكي")).hint(w.say("En underskrift räcker för att ansökan ska räknas.", "يكفي توقيع واحد ليُعتبر الطلب مقدماً."))] />
                <Checkboxes field=state.field("needs") legend=w.say("Behöver du något vid besöket?", "هل تحتاج شيئاً في الزيارة؟") choices=vec![Choice::new("tolk", w.say("Tolk", "مترجم")), Choice::new("hiss", w.say("Hiss eller ramp", "مصعد أو منحدر")), Choice::new("lugnt", w.say("Ett lugnt rum", "غرفة هادئة"))] />
                <MonthField field="month" label=w.say("Månad", "الشهر") months=vec![Choice::new("2026-11", w.say("november 2026", "نوفمبر 2026")), Choice::new("2026-12", w.say("december 2026", "ديسمبر 2026"))] />
                <NumberField field="days" label=w.say("Dagar hos dig", "الأيام عندك") unit=w.say("dagar", "أيام") />
                <Fieldset legend=w.say("Barn 1", "الطفل 1") part=true id="child-1"><NumberField field="child.1.age" label=w.say("Ålder", "العمر") unit=w.say("år", "سنة") /><Checkbox field="child.1.lunch" label=w.say("Äter lunch i förskola eller skola", "يتناول الغداء في الروضة أو المدرسة") /></Fieldset>
                <TextField field="email" kind="email" autocomplete="email" label=w.say("E-post", "البريد الإلكتروني") hint=w.say("Vi skriver bara att du har något nytt att läsa.", "نكتب فقط أن لديك شيئاً جديداً للقراءة.") />
                <TextArea field=state.field("note") label=w.say("Något mer vi ska veta?", "هل هناك شيء آخر يجب أن نعرفه؟") hint=w.say("Du behöver inte skriva något här.", "لا يلزم أن تكتب شيئاً هنا.") />
                <FileField field="paper" label=w.say("Foto av lönebeskedet", "صورة كشف الراتب") accept="image/*,application/pdf" multiple=true />
                <Checkbox field="true_words" label=w.say("Det jag har skrivit är sant", "ما كتبته صحيح") />
                <Details summary=w.say("Varför frågar ni?", "لماذا تسألون؟")><p>{w.say("Vi räknar ut vad som fattas när hyra och annat är betalt.", "نحسب ما ينقص بعد دفع الإيجار وغيره.")}</p></Details>
                <Actions>
                    <Button>{w.say("Fortsätt", "متابعة")}</Button>
                    <Button kind=ButtonKind::Secondary name="then" value="leave" formnovalidate=true>{w.say("Spara och gå ut", "حفظ وخروج")}</Button>
                </Actions>
            </form>
        </main>
        {foot(w)}
    }
    .into_any()
}

fn answer(w: Words) -> AnyView {
    let law = |sv: &'static str| if w.0 == "sv" { sv } else { "12 kap. 2 § SoF" };
    let norm = MoneyGroup {
        title: w.say("Riksnormen", "المعيار الوطني").into(),
        rows: vec![
            MoneyRow::new(w.say("Ensamstående", "شخص واحد"), w.signed(3_930))
                .law(law("12 kap. 2 § socialtjänstförordningen")),
            MoneyRow::new(w.say("Barn 4 år, lunch i förskolan", "طفل 4 سنوات، غداء في الروضة"), w.signed(3_000)),
            MoneyRow::new(w.say("Barn 9 år, halva månaden", "طفل 9 سنوات، نصف الشهر"), w.signed(3_560)),
            MoneyRow::new(w.say("Gemensamma kostnader, 3 personer", "التكاليف المشتركة، 3 أشخاص"), w.signed(1_780)),
        ],
        sum: Some(MoneyRow::new(w.say("Riksnorm", "مجموع المعيار"), format::figures(12_270, w.0))),
    };
    let costs = MoneyGroup {
        title: w.say("Andra kostnader", "تكاليف أخرى").into(),
        rows: vec![
            MoneyRow::new(w.say("Hyra", "الإيجار"), w.signed(8_200)).law(law("12 kap. 7 § socialtjänstlagen")),
            MoneyRow::new(w.say("El och försäkring", "الكهرباء والتأمين"), w.signed(550)),
            MoneyRow::new(w.say("Tandvård", "طب الأسنان"), "0")
                .status(Tone::Warn, w.say("prövas för sig", "يُنظر فيه على حدة")),
        ],
        sum: None,
    };
    let incomes = MoneyGroup {
        title: w.say("Inkomster", "الدخل").into(),
        rows: vec![
            MoneyRow::new(w.say("Lön", "الراتب"), w.signed(-12_400))
                .status(Tone::Neutral, w.say("räknas delvis", "يُحسب جزئياً")),
            MoneyRow::new(w.say("Barnbidrag", "إعانة الأطفال"), w.signed(-2_650)),
        ],
        sum: None,
    };
    view! {
        {public_bar(w, false, false)}
        <main class="page" id="main" tabindex="-1">
            <div class="estimate">
                <div class="estimate-result">
                    <Answer
                        about=w.say("Provräkning för november 2026", "حساب تقديري لشهر نوفمبر 2026")
                        headline=if w.0 == "sv" { "Enligt riksnormen fattas cirka 5\u{a0}970 kronor" } else { "وفق المعيار الوطني ينقصك نحو 5,970 كرونة" }
                    >
                        <p>{w.say("Nämndens beslut kan bli högre eller lägre.", "قد يكون قرار اللجنة أعلى أو أدنى.")}</p>
                    </Answer>
                    <MoneyTable caption=w.say("Så räknar vi", "هكذا نحسب") label_heading=w.say("Post", "البند") amount_heading=w.say("Kronor", "كرونة") groups=vec![norm, costs, incomes] total=MoneyRow::new(w.say("Fattas", "الناقص"), format::figures(5_970, w.0)) />
                </div>
                <div class="estimate-next">
                    <Notice title=w.say("Du har rätt att ansöka", "لديك الحق في تقديم طلب")><p>{w.say("Du får ett skriftligt beslut. Du kan ansöka även om du saknar papper.", "ستحصل على قرار مكتوب. يمكنك تقديم طلب حتى لو كانت تنقصك أوراق.")}</p></Notice>
                    <Actions>
                        <LinkButton href="/ansok">{w.say("Ansök nu", "قدّم طلباً الآن")}</LinkButton>
                        <LinkButton href="?mer" kind=ButtonKind::Secondary>{w.say("Tänk om jag jobbar mer?", "ماذا لو عملت أكثر؟")}</LinkButton>
                    </Actions>
                </div>
            </div>
        </main>
        {foot(w)}
    }
    .into_any()
}

fn decision(w: Words) -> AnyView {
    view! {
        {public_bar(w, true, false)}
        <main class="page" id="main" tabindex="-1">
            <Answer
                about=w.say("Beslut 20 november 2026 · ärende 2026-01432", "قرار 20 نوفمبر 2026 · القضية 2026-01432")
                headline=if w.0 == "sv" { "Du får 5\u{a0}970 kronor för november" } else { "ستحصل على 5,970 كرونة عن نوفمبر" }
            >
                <p>{w.say("Pengarna kommer till ditt konto den 27 november.", "ستصل النقود إلى حسابك في 27 نوفمبر.")}</p>
            </Answer>
            <ul class="outcomes">
                <li><Tag kind=Tone::Good text=w.say("Du får", "تحصل على") />" "{w.say("Försörjningsstöd ", "دعم الإعالة ")}{w.kr(5_970)}</li>
                <li><Tag kind=Tone::Warn text=w.say("Du får inte", "لا تحصل على") />" "{w.say("Cykel ", "دراجة ")}{w.kr(2_400)}</li>
            </ul>
            <h2>{w.say("Varför", "لماذا")}</h2>
            <p>{w.say("Cykeln räknas inte som nödvändig för resorna du beskrev. Barnen har busskort.", "لا تُعتبر الدراجة ضرورية للتنقلات التي ذكرتها. لدى الأطفال بطاقات حافلة.")}</p>
            <h2>{w.say("Så överklagar du", "هكذا تعترض على القرار")}</h2>
            <p>{w.say("Tycker du att beslutet är fel? Skriv till oss vad du vill ändra och varför. Vi hjälper dig om du vill.", "هل تظن أن القرار خاطئ؟ اكتب لنا ما تريد تغييره ولماذا. نساعدك إن أردت.")}</p>
            <DateBox weekday=w.say("måndag", "الاثنين") day="14" month=w.say("december", "ديسمبر") datetime="2026-12-14" title=w.say("Sista dag", "آخر يوم") text=w.say("Ditt överklagande ska ha kommit till oss senast måndag 14 december.", "يجب أن يصلنا اعتراضك في موعد أقصاه الاثنين 14 ديسمبر.") />
            <Actions>
                <LinkButton href="#">{w.say("Överklaga beslutet", "اعترض على القرار")}</LinkButton>
                <LinkButton href="#" kind=ButtonKind::Secondary>{w.say("Hämta beslutet (pdf)", "تنزيل القرار (pdf)")}</LinkButton>
            </Actions>
            <h2>{w.say("Det här har vi skrivit ner", "هذا ما سجّلناه")}</h2>
            <DefinitionList items=vec![
                Definition::new(w.say("Adress", "العنوان"), "Storgatan 3, 123 45 Exempelstad").change("#", w.say("Ändra", "تعديل")),
                Definition::new(w.say("Barn", "الأطفال"), w.say("Två: 4 och 9 år", "طفلان: 4 و9 سنوات")).change("#", w.say("Ändra", "تعديل")),
                Definition::new(w.say("Ärende", "القضية"), "2026-01432"),
            ] />
            <Notice kind=Tone::Good title=w.say("Vi har fått ditt papper", "استلمنا ورقتك")><p>{w.say("Lönebesked oktober, i dag klockan 14.32.", "كشف راتب أكتوبر، اليوم الساعة 14.32.")}</p></Notice>
            <Notice kind=Tone::Warn title=w.say("Vi saknar hyresavin", "تنقصنا فاتورة الإيجار")><p>{w.say("Skicka den senast 3 december, eller ring oss.", "أرسلها في موعد أقصاه 3 ديسمبر، أو اتصل بنا.")}</p></Notice>
            <Notice kind=Tone::Bad title=w.say("Något gick fel hos oss", "حدث خطأ لدينا")><p>{w.say("Det du skrev finns kvar. Försök igen om en stund.", "ما كتبته محفوظ. حاول مجدداً بعد قليل.")}</p></Notice>
            <Empty title=w.say("Inga besök bokade", "لا زيارات محجوزة") text=w.say("Du kan boka ett första besök när du vill.", "يمكنك حجز زيارة أولى متى شئت.")><p><a href="/boka">{w.say("Boka ett besök", "احجز زيارة")}</a></p></Empty>
        </main>
        {foot(w)}
    }
    .into_any()
}

fn visit(w: Words) -> AnyView {
    let day = move |name: &'static str, times: &'static [(&'static str, u32)], first: bool| {
        let slots = times
            .iter()
            .enumerate()
            .map(|(place, (time, seats))| {
                let id = format!("slot-{}-{}", if first { "a" } else { "b" }, place);
                let seats = if w.0 == "sv" { format!("{seats} platser") } else { format!("{seats} أماكن") };
                view! {
                    <div class="slot">
                        <input class="slot-input" type="radio" name="slot" value=id.clone() id=id.clone() checked=first && place == 1 />
                        <label class="slot-label" for=id><span class="slot-time">{*time}</span>" "<span class="slot-seats">{seats}</span></label>
                    </div>
                }
            })
            .collect_view();
        view! { <fieldset class="slot-day"><legend class="slot-date">{name}</legend><div class="slot-times">{slots}</div></fieldset> }
    };
    view! {
        {public_bar(w, true, false)}
        <main class="page" id="main" tabindex="-1">
            {urgent(w)}
            <h1>{w.say("När vill du komma?", "متى تريد الحضور؟")}</h1>
            <Lead>{w.say("Första besöket tar en timme. Du behöver inte ha alla papper med dig.", "تستغرق الزيارة الأولى ساعة. لا يلزم إحضار كل الأوراق.")}</Lead>
            <form method="post" action="#" novalidate>
                <div class="slot-days">
                    {day(w.say("Onsdag 2 december", "الأربعاء 2 ديسمبر"), &[("09.00", 3), ("10.00", 2), ("13.00", 3), ("14.30", 1)], true)}
                    {day(w.say("Torsdag 3 december", "الخميس 3 ديسمبر"), &[("09.00", 3), ("11.00", 3)], false)}
                    <div class="slot-day"><p class="slot-date">{w.say("Fredag 4 december", "الجمعة 4 ديسمبر")}</p><p class="slot-none">{w.say("Inga lediga tider.", "لا مواعيد متاحة.")}</p></div>
                </div>
                <Actions><Button>{w.say("Boka tiden", "احجز الموعد")}</Button><LinkButton kind=ButtonKind::Secondary href="#">{w.say("Visa fler dagar", "أيام أخرى")}</LinkButton></Actions>
            </form>
        </main>
        {foot(w)}
    }
    .into_any()
}

fn desk(w: Words) -> AnyView {
    let line = |number: &'static str, text: &'static str, kind: Tone, tag: &'static str, current: bool| {
        view! {
            <li class="queue-row" aria-current=current.then_some("true")>
                <b class="queue-number">{number}</b><span class="queue-text"><bdi>{text}</bdi></span><Tag kind=kind text=tag />
            </li>
        }
    };
    let columns = vec![
        Column::new(w.say("Ärende", "القضية")),
        Column::new(w.say("Vad", "ما هو")),
        Column::new(w.say("Läge", "الحالة")),
        Column::numeric(w.say("Dagar kvar", "الأيام المتبقية")),
    ];
    let rows = vec![
        DataRow {
            cells: vec![
                Cell::Link { href: "#".into(), text: "2026-01432".into() },
                w.say("Ny ansökan", "طلب جديد").into(),
                Cell::Tag(Tone::Warn, w.say("saknar papper", "تنقص أوراق").into()),
                "3".into(),
            ],
            current: true,
        },
        vec![
            Cell::Link { href: "#".into(), text: "2026-01433".into() },
            w.say("Återansökan", "طلب متكرر").into(),
            Cell::Tag(Tone::Good, w.say("klar att besluta", "جاهز للقرار").into()),
            "12".into(),
        ]
        .into(),
    ];
    view! {
        <SkipLink text=w.say("Gå till innehållet", "انتقل إلى المحتوى") />
        <TopBar staff=true brand="Porten" place=w.say("Reception Södra", "استقبال سودرا") home="/personal" links=vec![NavLink { href: "#".into(), text: w.say("Reception", "الاستقبال").into(), current: true }, NavLink::new("#", w.say("Mottagning", "القبول"))] links_label=w.say("Personal", "الموظفون") who="Rut" sign_out_label=w.say("Logga ut", "تسجيل الخروج") />
        <main class="page" id="main" tabindex="-1">
            <h1 class="hidden">{w.say("Reception Södra", "استقبال سودرا")}</h1>
            <dl class="figures">
                <div><dt>{w.say("väntar", "ينتظرون")}</dt><dd>"6"</dd></div>
                <div><dt>{w.say("väntetid, mitten", "وسيط الانتظار")}</dt><dd>"14 min"</dd></div>
                <div><dt>{w.say("bokade kvar i dag", "محجوز اليوم")}</dt><dd>"11"</dd></div>
                <div><dt>{w.say("jour till 12.00", "المناوب حتى 12.00")}</dt><dd>"Joel"</dd></div>
            </dl>
            <div class="desk">
                <section class="desk-part" aria-labelledby="new"><h2 id="new">{w.say("Nytt besök", "زيارة جديدة")}" "<kbd>"N"</kbd></h2>
                    <form method="post" action="#" novalidate>
                        <TextField field="who" label=w.say("Namn, personnummer eller kod", "الاسم أو الرقم الشخصي أو الرمز") autocomplete="off" />
                        <Checkbox field="anon" label=w.say("Bara ett nummer", "رقم فقط") />
                        <Actions><Button>{w.say("Ge nummer 27", "أعطِ الرقم 27")}</Button></Actions>
                    </form>
                    <Small>{w.say("Fråga inte högt varför. Besökaren kan välja ärende på plattan.", "لا تسأل بصوت عالٍ عن السبب. يختار الزائر على الشاشة.")}</Small>
                </section>
                <section class="desk-part" aria-labelledby="queue"><h2 id="queue">{w.say("Kö", "الدور")}</h2>
                    <ol class="queue">
                        {line("21", w.say("Inne sedan 09.41 · tolk arabiska", "منذ 09.41 · مترجم عربي"), Tone::Warn, "18 min", true)}
                        {line("22", w.say("Bokad 10.00 · har anmält sig", "محجوز 10.00 · حضر"), Tone::Neutral, "4 min", false)}
                        {line("23", w.say("Inne sedan 09.52", "منذ 09.52"), Tone::Neutral, "7 min", false)}
                        {line("24", w.say("Inne sedan 09.55 · två ärenden", "منذ 09.55 · موضوعان"), Tone::Neutral, "4 min", false)}
                    </ol>
                    <Actions><Button shortcut="Enter">{w.say("Kalla 21", "نادِ 21")}</Button><Button kind=ButtonKind::Secondary shortcut="P">{w.say("Parkera", "تعليق")}</Button><Button kind=ButtonKind::Warn>{w.say("Gick utan besök", "غادر")}</Button></Actions>
                </section>
                <section class="desk-part" aria-labelledby="booked"><h2 id="booked">{w.say("Bokade i dag", "مواعيد اليوم")}</h2>
                    <ul class="queue">
                        {line("10.00", "22", Tone::Good, w.say("här", "حاضر"), false)}
                        {line("10.30", "A. H.", Tone::Neutral, w.say("väntas", "منتظر"), false)}
                        {line("11.00", "M. L.", Tone::Warn, w.say("uteblev", "لم يحضر"), false)}
                    </ul>
                </section>
            </div>
            <h2>{w.say("Att göra", "للعمل")}</h2>
            <DataTable id="todo" caption_hidden=true caption=w.say("Ärenden efter sista dag", "القضايا حسب الموعد") columns=columns rows=rows empty=w.say("Inget att göra just nu.", "لا شيء الآن.") />
        </main>
    }
    .into_any()
}

#[test]
#[ignore = "writes pages to look at"]
fn gallery() {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    for language in ["sv", "ar"] {
        let w = Words(language);
        let dir = if format::right_to_left(language) { "rtl" } else { "ltr" };
        for (name, page) in [
            ("start", start as fn(Words) -> AnyView),
            ("form", form),
            ("answer", answer),
            ("decision", decision),
            ("visit", visit),
            ("desk", desk),
        ] {
            let body = Owner::new_root(None).with(|| page(w).to_html());
            let class = if name == "desk" { " class=\"staff\"" } else { "" };
            let html = format!(
                "<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{dir}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Porten</title><link rel=\"stylesheet\" href=\"../style/main.css\"></head><body{class}>{body}</body></html>\n"
            );
            fs::write(target.join(format!("gallery-{language}-{name}.html")), html).unwrap();
        }
    }
}
