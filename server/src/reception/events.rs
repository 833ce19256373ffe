//! Feeds: what keeps open boards and screens true.
//!
//! One watcher in the process asks the database about the offices somebody looks at. A NOTIFY, sent in the transaction of
//! each change, wakes it at once; it is a hint only, and asking every second and a half is the truth: what NOTIFY loses
//! (a pooler, a broken connection) appears all the same within two seconds. The watcher begins with the first feed and
//! ends after the last.

use super::store;
use crate::{
    account::SharedDirectory,
    auth::session,
    db::Db,
    error::Error,
    limit::streams::{Holder, Place, Streams},
    world::World,
};
use app::reception::port::BoardFeed;
use async_trait::async_trait;
use domain::{
    Actor, Fault,
    id::{MunicipalityId, OfficeId, TicketId},
};
use jiff::civil::Date;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, broadcast, watch},
    time::{Interval, MissedTickBehavior, interval},
};

/// How often the watcher asks without being woken.
const ASK: Duration = Duration::from_millis(1500);
/// How often a feed asks whether the session it belongs to still lives.
const SESSION: Duration = Duration::from_secs(4);
/// Feeds of desks at once in one process.
const DESKS: usize = 2000;
/// Feeds of screens at once in one process. Their own number, so that screens, open to all, leave the desks their places.
const SCREENS: usize = 500;
/// Changes a slow reader may be behind before it is told to ask anew.
const BEHIND: usize = 64;

/// All feeds of the process, cheap to clone.
#[derive(Clone)]
pub struct Feeds(Arc<Inner>);

struct Inner {
    db: Db,
    world: World,
    directory: SharedDirectory,
    watched: Mutex<Watched>,
    desks: Arc<Semaphore>,
    screens: Arc<Semaphore>,
    /// Who holds them.
    held: Streams,
    /// The program is about to end.
    ended: watch::Sender<bool>,
}

/// The offices somebody looks at.
#[derive(Default)]
struct Watched {
    /// The watcher is at work.
    running: bool,
    offices: HashMap<(MunicipalityId, OfficeId), Office>,
}

struct Office {
    sender: broadcast::Sender<Arc<[TicketId]>>,
    seen: Seen,
}

/// An office's tickets as last told.
#[derive(Clone, PartialEq, Eq)]
struct Seen {
    day: Date,
    versions: HashMap<TicketId, i64>,
}

impl Seen {
    fn changes(&self) -> i64 {
        self.versions.values().sum()
    }

    /// The tickets that are not as they were.
    fn since(&self, before: &Self) -> Arc<[TicketId]> {
        let changed =
            |(ticket, version): (&TicketId, &i64)| (before.versions.get(ticket) != Some(version)).then_some(*ticket);
        self.versions.iter().filter_map(changed).collect()
    }
}

impl Feeds {
    pub fn new(db: Db, world: World, directory: SharedDirectory) -> Self {
        Self(Arc::new(Inner {
            db,
            world,
            directory,
            watched: Mutex::default(),
            desks: Arc::new(Semaphore::new(DESKS)),
            screens: Arc::new(Semaphore::new(SCREENS)),
            held: Streams::default(),
            ended: watch::Sender::new(false),
        }))
    }

    /// A feed for the actor at her own office. It ends with her session.
    pub async fn of_desk(&self, actor: &Actor, office: OfficeId) -> Result<Feed, Error> {
        let holder = actor.session().map_or(Holder::Address(actor.origin), Holder::Session);
        self.feed(actor.municipality, office, Some(actor.clone()), holder, &self.0.desks).await
    }

    /// A feed for a screen, whoever looks at it.
    pub async fn of_screen(&self, actor: &Actor, office: OfficeId) -> Result<Feed, Error> {
        self.feed(actor.municipality, office, None, Holder::Address(actor.origin), &self.0.screens).await
    }

    /// Ends all feeds and gives no new ones.
    pub fn end(&self) {
        self.0.ended.send_replace(true);
    }

    async fn feed(
        &self,
        municipality: MunicipalityId,
        office: OfficeId,
        actor: Option<Actor>,
        holder: Holder,
        places: &Arc<Semaphore>,
    ) -> Result<Feed, Error> {
        let held = self.0.held.open(holder)?;
        let full = |_| Error::Fault(Fault::Unavailable);
        let place = places.clone().try_acquire_owned().map_err(full)?;
        // What was before is not told: whoever follows begins by asking for everything.
        let seen = self.0.read(municipality, office, None).await?.ok_or(Error::Broken("a first reading reads"))?;
        let receiver = {
            let mut watched = self.0.lock();
            let office = watched
                .offices
                .entry((municipality, office))
                .or_insert_with(|| Office { sender: broadcast::Sender::new(BEHIND), seen });
            let receiver = office.sender.subscribe();
            if !watched.running {
                watched.running = true;
                tokio::spawn(self.0.clone().watch());
            }
            receiver
        };
        let mut check = interval(SESSION);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let ended = self.0.ended.subscribe();
        Ok(Feed { feeds: self.0.clone(), receiver, actor, check, ended, first: true, _held: held, _place: place })
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Watched> {
        match self.watched.lock() {
            Ok(watched) => watched,
            Err(poisoned) => poisoned.into_inner(),
        }
    }

    /// An office's tickets today; `None` when they are as they were.
    async fn read(
        &self,
        municipality: MunicipalityId,
        office: OfficeId,
        before: Option<&Seen>,
    ) -> Result<Option<Seen>, Error> {
        let zone =
            self.directory.current().zone(municipality).ok_or(Error::Broken("the municipality of a board is known"))?;
        let day = zone.to_datetime(self.world.now()).date();
        let actor = Actor::system(municipality);
        let mut tx = self.db.begin(&actor).await?;
        if let Some(before) = before.filter(|before| before.day == day)
            && store::changes(&mut tx, &actor, office, day).await? == before.changes()
        {
            return Ok(None);
        }
        let versions = store::versions(&mut tx, &actor, office, day).await?.into_iter().collect();
        Ok(Some(Seen { day, versions }))
    }

    /// Watches until nobody looks any more.
    async fn watch(self: Arc<Self>) {
        let woken = Arc::new(Notify::new());
        let listening = tokio::spawn(listen(self.db.clone(), woken.clone()));
        let mut ended = self.ended.subscribe();
        let mut ask = interval(ASK);
        ask.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ask.tick() => {}
                () = woken.notified() => {}
                // The connection that listens must not keep the pool from closing.
                () = over(&mut ended) => {
                    listening.abort();
                    return;
                }
            }
            if !self.tell().await {
                listening.abort();
                return;
            }
        }
    }

    /// Tells every office's feeds what has changed. `false`: there are none, and the watcher has ended.
    async fn tell(&self) -> bool {
        let offices: Vec<_> = {
            let mut watched = self.lock();
            watched.offices.retain(|_, office| office.sender.receiver_count() > 0);
            if watched.offices.is_empty() {
                watched.running = false;
                return false;
            }
            watched.offices.iter().map(|(key, office)| (*key, office.seen.clone())).collect()
        };
        for ((municipality, office), before) in offices {
            // A database that does not answer now does next time; what changed meanwhile is found then.
            let Ok(Some(now)) = self.read(municipality, office, Some(&before)).await else { continue };
            let mut watched = self.lock();
            let Some(office) = watched.offices.get_mut(&(municipality, office)) else { continue };
            let changed = now.since(&office.seen);
            office.seen = now;
            let _nobody_looks = office.sender.send(changed);
        }
        true
    }
}

/// Done when the program is about to end.
async fn over(ended: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone: ended as well.
    let _ended = ended.wait_for(|ended| *ended).await;
}

/// Wakes the watcher at each NOTIFY, for as long as it is let.
async fn listen(db: Db, woken: Arc<Notify>) {
    loop {
        if let Ok(mut listener) = db.listen(store::CHANNEL).await {
            while listener.recv().await.is_ok() {
                woken.notify_one();
            }
        }
        tokio::time::sleep(ASK).await;
    }
}

/// One open board or screen.
pub struct Feed {
    feeds: Arc<Inner>,
    receiver: broadcast::Receiver<Arc<[TicketId]>>,
    /// Whose session it belongs to.
    actor: Option<Actor>,
    check: Interval,
    ended: watch::Receiver<bool>,
    first: bool,
    _held: Place,
    _place: OwnedSemaphorePermit,
}

#[async_trait]
impl BoardFeed for Feed {
    async fn next(&mut self) -> Option<Vec<TicketId>> {
        if *self.ended.borrow() {
            return None;
        }
        if std::mem::take(&mut self.first) {
            return Some(Vec::new());
        }
        loop {
            tokio::select! {
                biased;
                () = over(&mut self.ended) => return None,
                _ = self.check.tick(), if self.actor.is_some() => {
                    let Some(actor) = &self.actor else { continue };
                    // A database that does not answer ends nothing: without it nothing is told either.
                    if let Ok(false) = session::lives(&self.feeds.db, &self.feeds.world, actor).await {
                        return None;
                    }
                }
                changed = self.receiver.recv() => return match changed {
                    Ok(tickets) => Some(tickets.to_vec()),
                    Err(broadcast::error::RecvError::Lagged(_)) => Some(Vec::new()),
                    Err(broadcast::error::RecvError::Closed) => None,
                },
            }
        }
    }

    fn patience(&self) -> u64 {
        let [spread] = self.feeds.world.bytes::<1>();
        2000 + 16 * u64::from(spread)
    }
}
